/* SPDX-License-Identifier: Apache-2.0 */
/* tests/sim/doc_product.c -- /products/types/{type}/locations/{office}/latest, and the weather
 * radio's scripts, /points/{latitude},{longitude}/radio and /radio/{call sign}/broadcast.
 *
 * The texts are always the same; the office in Anchorage writes no outlook. */
#include <stdio.h>
#include <string.h>

#include "tests/sim/doc.h"

enum { PRODUCT_AGE_S = 5400, PERIOD_S = 300 };

static const char discussion[] =
    "\n000\nFXUS65 K%s 141012\nAFD%s\n\nArea Forecast Discussion\nNational Weather Service\n"
    "412 AM Tue Jul 14 2026\n\n.SYNOPSIS...A ridge builds over the region.\n\n&&\n\n"
    ".KEY MESSAGES...\n\n- Hot today with highs near 100 across the plains.\n\n"
    "- Isolated to scattered showers and storms this afternoon, mainly\n  north of I-70.\n\n&&\n\n"
    ".SHORT TERM...(Through tonight)\nIssued at 412 AM Tue Jul 14 2026\n\n"
    "The ridge stays overhead...with temps in the 90s and PCPN under 1/4\".\n\n&&\n\n"
    ".LONG TERM...(Wednesday through Monday)\nCooler on Wednesday.\n\n&&\n\n"
    ".%s WATCHES/WARNINGS/ADVISORIES...\nNone.\n\n&&\n\n$$\n\nSHORT TERM...K.L.\n";

static const char outlook[] =
    "\n000\nFLUS45 K%s 141012\nHWO%s\n\nHazardous Weather Outlook\nNational Weather Service\n"
    "412 AM Tue Jul 14 2026\n\nXXZ001>003-151015-\nElsewhere-\n412 AM Tue Jul 14 2026\n\n"
    ".DAY ONE...Today and tonight\n\nA tidal wave, elsewhere.\n\n$$\n\n%sZ000-151015-\n"
    "All zones-\n412 AM Tue Jul 14 2026\n\n"
    "This hazardous weather outlook is for the whole area.\n\n.DAY ONE...Today and tonight\n\n"
    "Scattered thunderstorms are expected this afternoon.\n\n"
    ".DAYS TWO THROUGH SEVEN...Wednesday through Monday\n\n"
    "Thunderstorms are possible each day.\n\n"
    ".SPOTTER INFORMATION STATEMENT...\n\nSpotter activation is not expected.\n\n$$\n";

static const char radio[] =
    "<?xml version=\"1.0\" encoding=\"UTF-8\"?>\n"
    "<speak version=\"1.0\" xml:lang=\"en-US\"><voice name=\"paul\"><p><s>Here is the forecast for "
    "<sub alias=\"the plains\">PLNS</sub> &amp; the foothills.</s><break time=\"500ms\"/>"
    "<s><prosody rate=\"95%\">Today, sunny, with a high of <say-as interpret-as=\"cardinal\">71"
    "</say-as>.</prosody></s></p><audio src=\"https://example.com/tone.mp3\">tone</audio>"
    "<mark name=\"end\"/><p><s>Tonight, clear.</s></p></voice></speak>\n";

/* The state of an office; NULL when there is no such office. */
static const char *state_of_office(const char *office)
{
    static const struct {
        const char *state, *office;
    } rows[] = {
#define REGION(code, name, fips, cwa, grid, office, radar, lat0, lon0, elevation, wet, zone) \
    { code, cwa },
#include "tests/sim/regions.def"
#undef REGION
    };

    for (size_t i = 0; i < sizeof rows / sizeof rows[0]; i++)
        if (strcmp(rows[i].office, office) == 0)
            return rows[i].state;
    return NULL;
}

void doc_product(const struct doc_request *request, struct doc_response *response)
{
    const char *type = request->parts[2], *office = request->parts[4];
    bool afd = strcmp(type, "AFD") == 0, hwo = strcmp(type, "HWO") == 0;
    const char *state = state_of_office(office);
    char text[4000];

    if (!state || !(afd || hwo) || (hwo && strcmp(office, "AFC") == 0)) {
        doc_respond_not_found(response);
        return;
    }
    if (afd)
        snprintf(text, sizeof text, discussion, office, office, office);
    else
        snprintf(text, sizeof text, outlook, office, office, state);
    json_t *issued = doc_utc_time((request->now / PERIOD_S * PERIOD_S) - PRODUCT_AGE_S);
    doc_respond(response,
                json_pack("{s:s, s:s, s:s, s:o, s:s, s:s, s:s}", "id", "5ca1ab1e",
                          "wmoCollectiveId", afd ? "FXUS65" : "FLUS45", "issuingOffice", office,
                          "issuanceTime", issued, "productCode", type, "productName",
                          afd ? "Area Forecast Discussion" : "Hazardous Weather Outlook",
                          "productText", text),
                PERIOD_S, 0);
    response->type = "application/ld+json";
}

void doc_radio(const struct doc_request *request, struct doc_response *response)
{
    (void)request;
    doc_respond(response, json_string(radio), PERIOD_S, 0);
    response->type = "application/ssml+xml";
}
