// What JavaScript writes for JSON texts: reads a JSON array of texts, prints the array of their canonical forms.
import { readFileSync } from "node:fs";

const texts = JSON.parse(readFileSync(0, "utf8"));
process.stdout.write(JSON.stringify(texts.map((text) => JSON.stringify(JSON.parse(text)))));
