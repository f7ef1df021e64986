/* SPDX-License-Identifier: Apache-2.0 */
/* intents/amazon/address.c -- asks for the address of a device, once for all who wait for it. */
#include "intents/amazon/address.h"

#include <pthread.h>
#include <stdlib.h>
#include <string.h>

#include "server/base/condition.h"
#include "server/base/deadline.h"
#include "server/base/json.h"
#include "server/base/percent_encoding.h"

enum { PATH_MAX_BYTES = 3 * AMAZON_CREDENTIAL_MAX + 200 };

struct answer {
    enum status status;
    struct err err;
    char zip[6];
};

/* A call under way. The last of those who use it frees it. */
struct asking {
    struct asking *next;
    char *device;
    size_t device_length;
    int users;
    bool done;
    pthread_cond_t finished;
    struct answer answer;
};

struct amazon_addresses {
    struct amazon *amazon;
    pthread_mutex_t lock; /* guards the list and every member of it */
    struct asking *asking;
};

struct amazon_addresses *amazon_addresses_create(struct amazon *amazon)
{
    struct amazon_addresses *a = calloc(1, sizeof *a);

    if (a && pthread_mutex_init(&a->lock, NULL) != 0) {
        free(a);
        a = NULL;
    }
    if (a)
        a->amazon = amazon;
    return a;
}

void amazon_addresses_free(struct amazon_addresses *a)
{
    if (!a)
        return;
    (void)pthread_mutex_destroy(&a->lock);
    free(a);
}

bool amazon_device_may_ask(const struct amazon_device *device)
{
    enum amazon_host host;

    return amazon_host_of_endpoint(device->endpoint, &host) && amazon_may_send(device->token) &&
           amazon_may_send(device->id);
}

/* ---- the answer ---- */

/* The ZIP codes of these countries are those of the United States. */
static bool is_covered(struct str country)
{
    static const char *const codes[] = { "US", "PR", "GU", "VI", "AS", "MP", "UM" };

    for (size_t i = 0; i < sizeof codes / sizeof codes[0]; i++)
        if (str_ieqz(country, codes[i]))
            return true;
    return false;
}

static bool are_digits(struct str s)
{
    for (size_t i = 0; i < s.n; i++)
        if (s.p[i] < '0' || s.p[i] > '9')
            return false;
    return true;
}

/* "80301", "80301-1234", "80301 1234", "803011234" */
static bool read_zip(struct str code, char ret_zip[6])
{
    struct str rest = str_sub(code, 5, code.n);

    if (rest.n == 5 && (rest.p[0] == '-' || rest.p[0] == ' '))
        rest = str_sub(rest, 1, rest.n);
    if (code.n < 5 || (rest.n != 0 && rest.n != 4) || !are_digits(str_sub(code, 0, 5)) ||
        !are_digits(rest))
        return false;
    memcpy(ret_zip, code.p, 5);
    ret_zip[5] = '\0';
    return true;
}

static enum status unavailable(const char *host, const char *why, struct err *err)
{
    return err_reason(err, ST_UNAVAILABLE, "address_unavailable", "%s: %s", host, why);
}

static enum status unset(struct err *err)
{
    return err_reason(err, ST_NOT_FOUND, "address_unset", "the device has no address");
}

/* A member that is absent says nothing; one that is null says that there is no address. */
static bool is_text_or_null(const json_t *root, const char *name)
{
    const json_t *member = json_object_get(root, name);

    return json_is_string(member) || json_is_null(member);
}

static enum status read_address(const char *host, struct str body, char ret_zip[6], struct err *err)
{
    json_t *root = NULL;
    struct str country, code;
    enum status st;

    if (json_parse(body, true, &root, NULL) != ST_OK || !is_text_or_null(root, "countryCode") ||
        !is_text_or_null(root, "postalCode")) {
        json_decref(root);
        return unavailable(host, "the answer cannot be read", err);
    }
    country = str_trim(json_str(root, "countryCode"));
    code = str_trim(json_str(root, "postalCode"));
    if (country.n == 0 && code.n == 0)
        st = unset(err);
    else if (country.n != 2)
        st = unavailable(host, "the answer names no country", err);
    else if (!is_covered(country))
        st = err_reason(err, ST_NOT_FOUND, "address_abroad", "the device is in another country");
    else if (code.n == 0)
        st = unset(err);
    else if (!read_zip(code, ret_zip))
        st = unavailable(host, "the answer has no ZIP code", err);
    else
        st = ST_OK;
    json_decref(root);
    return st;
}

static enum status read_response(const char *host, const struct http_response *response,
                                 char ret_zip[6], struct err *err)
{
    switch (response->status) {
    case 200:
        return read_address(host, buf_str(&response->body), ret_zip, err);
    case 204:
        return unset(err);
    case 401:
        return err_reason(err, ST_DENIED, "address_token", "%s: HTTP status 401", host);
    case 403:
        return err_reason(err, ST_DENIED, "address_forbidden", "the user has not consented");
    case 429:
        return err_reason(err, ST_UNAVAILABLE, "address_limited", "%s: HTTP status 429", host);
    default:
        return err_reason(err, ST_UNAVAILABLE, "address_unavailable", "%s: HTTP status %ld", host,
                          response->status);
    }
}

/* ---- asking ---- */

static void ask_amazon(struct amazon *amazon, const struct amazon_device *device, int64_t deadline,
                       struct answer *answer)
{
    struct buf path = BUF_INIT(PATH_MAX_BYTES);
    struct http_response response = { .status = 0 };
    struct err why = ERR_NONE;
    enum amazon_host host = AMAZON_HOST_NORTH_AMERICA;
    enum status st;

    (void)amazon_host_of_endpoint(device->endpoint, &host);
    buf_putz(&path, "/v1/devices/");
    percent_encode(&path, device->id, false);
    buf_putz(&path, "/settings/address/countryAndPostalCode");
    struct amazon_request request = { .service = AMAZON_ADDRESS,
                                      .host = host,
                                      .path = buf_str(&path),
                                      .token = device->token,
                                      .deadline = deadline };
    *answer = (struct answer){ .status = ST_OK };
    st = path.failed ? err_no_memory(&why) : amazon_call(amazon, &request, &response, &why);
    if (st == ST_OK)
        answer->status =
            read_response(amazon_host_name(host), &response, answer->zip, &answer->err);
    else if (st == ST_TIMEOUT)
        answer->status = err_reason(&answer->err, st, "address_slow", "%s", why.text);
    else
        answer->status =
            err_reason(&answer->err, ST_UNAVAILABLE, "address_unavailable", "%s", why.text);
    http_response_done(&response);
    buf_free(&path);
}

static struct asking *find_asking(struct amazon_addresses *a, struct str device)
{
    for (struct asking *at = a->asking; at; at = at->next)
        if (str_eq(device, (struct str){ at->device, at->device_length }))
            return at;
    return NULL;
}

/* NULL: out of memory. */
static struct asking *begin_asking(struct amazon_addresses *a, struct str device)
{
    struct asking *n = calloc(1, sizeof *n);
    char *copy = malloc(device.n);

    if (!n || !copy || !condition_init(&n->finished)) {
        free(n);
        free(copy);
        return NULL;
    }
    memcpy(copy, device.p, device.n);
    n->device = copy;
    n->device_length = device.n;
    n->users = 1;
    n->next = a->asking;
    a->asking = n;
    return n;
}

static void leave_asking(struct asking *n)
{
    if (--n->users > 0)
        return;
    (void)pthread_cond_destroy(&n->finished);
    free(n->device);
    free(n);
}

/* The lock is held. */
static void end_asking(struct amazon_addresses *a, struct asking *n)
{
    struct asking **at = &a->asking;

    while (*at != n)
        at = &(*at)->next;
    *at = n->next;
    n->done = true;
    (void)pthread_cond_broadcast(&n->finished);
    leave_asking(n);
}

/* The lock is held. */
static void join_asking(struct amazon_addresses *a, struct asking *n, int64_t deadline,
                        struct answer *answer)
{
    bool in_time = true;

    n->users++;
    while (!n->done && in_time)
        in_time = condition_wait_until(&n->finished, &a->lock, deadline);
    if (n->done) {
        *answer = n->answer;
    } else {
        *answer = (struct answer){ .status = ST_OK };
        answer->status = err_reason(&answer->err, ST_TIMEOUT, "address_slow", "no answer in time");
    }
    leave_asking(n);
}

enum status amazon_address_get(struct amazon_addresses *a, const struct amazon_device *device,
                               int64_t deadline, char ret_zip[6], struct err *err)
{
    struct answer answer;
    struct asking *under_way, *mine = NULL;

    if (!amazon_device_may_ask(device))
        return err_reason(err, ST_INVALID, "address_unasked",
                          "the request has no usable endpoint, token or device");
    if (!deadline_may_wait(deadline))
        return ST_WOULD_WAIT;
    (void)pthread_mutex_lock(&a->lock);
    under_way = find_asking(a, device->id);
    if (under_way)
        join_asking(a, under_way, deadline, &answer);
    else
        mine = begin_asking(a, device->id);
    (void)pthread_mutex_unlock(&a->lock);
    if (!under_way)
        ask_amazon(a->amazon, device, deadline, &answer);
    if (mine) {
        (void)pthread_mutex_lock(&a->lock);
        mine->answer = answer;
        end_asking(a, mine);
        (void)pthread_mutex_unlock(&a->lock);
    }
    if (answer.status != ST_OK) {
        if (err && err->status == ST_OK)
            *err = answer.err;
        return answer.status;
    }
    memcpy(ret_zip, answer.zip, sizeof answer.zip);
    return ST_OK;
}
