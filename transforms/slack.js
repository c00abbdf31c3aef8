// Slack message
// Posts each event to a channel by a Slack incoming webhook.
function handler(webhook) {
  const event = webhook.payload;
  const clean = (text) => String(text).replace(/&/g, "&amp;").replace(/</g, "&lt;").replace(/>/g, "&gt;");
  const title = clean(webhook.eventType);
  // A section takes 3000 characters.
  const details = clean(pretty(event)).slice(0, 2900);
  webhook.payload = {
    text: title,
    blocks: [
      { type: "header", text: { type: "plain_text", text: webhook.eventType.slice(0, 150) } },
      { type: "section", text: { type: "mrkdwn", text: "```" + details + "```" } },
    ],
  };
  return webhook;
}

function pretty(value) {
  return JSON.stringify(value, (_, item) => (typeof item === "bigint" ? String(item) : item), 2);
}
