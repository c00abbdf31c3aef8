import { expect, test } from "vitest";
import { lookIn } from "./look";

test.each([
  ["?theme=dark", "dark", true],
  ["?a=b&theme=light", "light", true],
  ["?theme=auto", "auto", false],
  ["?theme=<script>", "auto", false],
  ["", "auto", false],
])("%s looks %s", (search, theme, fixed) => {
  expect(lookIn(search, true)).toEqual({ theme, fixed, framed: true });
});
