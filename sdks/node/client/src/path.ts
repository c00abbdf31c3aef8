import { InvalidCallError } from "./errors.js";

/**
 * A path with its parameters percent-encoded. An empty one, `.` and `..` would make another path of it, so that a
 * missing id could address the whole collection: they are refused.
 */
export function path(literals: TemplateStringsArray, ...parameters: string[]): string {
  return literals.reduce((before, literal, n) => {
    const parameter = parameters[n - 1];
    if (typeof parameter !== "string" || ["", ".", ".."].includes(parameter)) {
      throw new InvalidCallError(`${JSON.stringify(parameter)} cannot be a part of the path ${literals.join("…")}`);
    }
    return before + encodeURIComponent(parameter) + literal;
  });
}
