// Microsoft Teams card
// Posts each event as an Adaptive Card by a Teams workflow ("When a Teams webhook request is received").
function handler(webhook) {
  // Teams takes about 28 KB for a whole message.
  const details = pretty(webhook.payload).slice(0, 8000);
  webhook.payload = {
    type: "message",
    attachments: [
      {
        contentType: "application/vnd.microsoft.card.adaptive",
        contentUrl: null,
        content: {
          $schema: "http://adaptivecards.io/schemas/adaptive-card.json",
          type: "AdaptiveCard",
          version: "1.4",
          body: [
            { type: "TextBlock", text: webhook.eventType, weight: "Bolder", size: "Medium", wrap: true },
            { type: "TextBlock", text: details, fontType: "Monospace", wrap: true },
          ],
        },
      },
    ],
  };
  return webhook;
}

function pretty(value) {
  return JSON.stringify(value, (_, item) => (typeof item === "bigint" ? String(item) : item), 2);
}
