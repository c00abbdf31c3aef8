/**
 * Text from strangers (payloads, what receivers answered) as it can be shown: characters that would be unseen, or that
 * reorder what stands around them, are named, so that nothing looks like what it isn't.
 */
export function visible(text: string): string {
  return text.replace(UNSEEN, (character) => {
    const code = character.codePointAt(0) ?? 0;
    return `[U+${code.toString(16).toUpperCase().padStart(4, "0")}]`;
  });
}

/* Line feed and tab do what they should; so does a carriage return before a line feed. */
const UNSEEN = /[\u0000-\u0008\u000b\u000c\u000e-\u001f\u007f-\u009f\u200b-\u200f\u202a-\u202e\u2060-\u2069\ufeff]|\r(?!\n)/g;

/** `ep_01k…9x4f`: enough of an id's ends to tell two apart. */
export function shortId(id: string, tail = 6): string {
  const split = id.indexOf("_") + 1;
  return id.length <= split + tail + 4 ? id : `${id.slice(0, split)}…${id.slice(-tail)}`;
}

/** A server's detail (`the name does not resolve`) as a sentence. */
export function sentence(text: string): string {
  const first = text.charAt(0).toUpperCase() + text.slice(1);
  return /[.!?…]$/.test(first) ? first : `${first}.`;
}
