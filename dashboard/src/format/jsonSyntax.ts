/** What keeps a text from being JSON (RFC 8259), with the line on which it does; null when it is. Browsers say it each in their way, and not always where. */
export function syntaxError(text: string): string | null {
  const fault = new Reader(text).whole();
  return fault === null ? null : `Line ${text.slice(0, fault.at).split("\n").length}: ${fault.expected}`;
}

interface Fault {
  at: number;
  expected: string;
}

const SPACE = /[ \t\n\r]*/y;
const STRING = /"(?:[^"\\\u0000-\u001f]|\\(?:["\\/bfnrt]|u[0-9a-fA-F]{4}))*"/y;
const NUMBER = /-?(?:0|[1-9]\d*)(?:\.\d+)?(?:[eE][+-]?\d+)?(?![\w.])/y;
const WORD = /(?:true|false|null)(?!\w)/y;
/** Deeper than this no payload is; the server refuses it as well. */
const DEPTH_MAX = 128;

class Reader {
  private at = 0;
  constructor(private readonly text: string) {}

  whole(): Fault | null {
    const fault = this.value(0);
    if (fault !== null) return fault;
    return this.next() === "" ? null : this.fault("unexpected text after the value");
  }

  private value(depth: number): Fault | null {
    const first = this.next();
    if (depth > DEPTH_MAX) return this.fault(`nested deeper than ${DEPTH_MAX} levels`);
    if (first === "{") return this.members("}", () => this.member(depth));
    if (first === "[") return this.members("]", () => this.value(depth + 1));
    if (first === '"') return this.take(STRING) ? null : this.fault("the string is not closed, or contains an invalid escape or a line break");
    if (this.take(NUMBER) || this.take(WORD)) return null;
    return this.fault(first === "" ? "a value is missing at the end" : "a value is expected here: text in quotes, a number, true, false, null, [ or {");
  }

  private member(depth: number): Fault | null {
    if (this.next() !== '"') return this.fault("a name in double quotes is expected here");
    if (!this.take(STRING)) return this.fault("the name is not closed, or contains an invalid escape");
    if (this.next() !== ":") return this.fault("a colon is expected after the name");
    this.at += 1;
    return this.value(depth + 1);
  }

  private members(end: "}" | "]", one: () => Fault | null): Fault | null {
    this.at += 1;
    if (this.next() === end) {
      this.at += 1;
      return null;
    }
    for (;;) {
      const fault = one();
      if (fault !== null) return fault;
      const after = this.next();
      if (after !== "," && after !== end) return this.fault(`a comma or ${end} is expected here`);
      this.at += 1;
      if (after === end) return null;
    }
  }

  /** The next character that is no white space; "" at the end. */
  private next(): string {
    this.take(SPACE);
    return this.text[this.at] ?? "";
  }

  private take(pattern: RegExp): boolean {
    pattern.lastIndex = this.at;
    const match = pattern.exec(this.text);
    if (match === null) return false;
    this.at += match[0].length;
    return true;
  }

  private fault(expected: string): Fault {
    return { at: this.at, expected };
  }
}
