import { expect, test } from "vitest";
import { csv, ndjson } from "./table";

test("every field has a column, and what is nested is JSON", () => {
  const rows = [
    { id: "del_1", attempts: 2, last_error: null },
    { id: "del_2", attempts: 0, metadata: { a: [1, 'x"y'] } },
  ];
  expect(csv(rows)).toBe('id,attempts,last_error,metadata\r\ndel_1,2,,\r\ndel_2,0,,"{""a"":[1,""x\\""y""]}"\r\n');
  expect(ndjson(rows)).toBe('{"id":"del_1","attempts":2,"last_error":null}\n{"id":"del_2","attempts":0,"metadata":{"a":[1,"x\\"y"]}}\n');
});

test("what a spreadsheet would run is text, and what has commas or lines is quoted", () => {
  expect(csv([{ a: '=cmd|"/c calc"', b: "-1+2", c: "x,y", d: "x\ny", e: -5 }])).toBe(`a,b,c,d,e\r\n"'=cmd|""/c calc""",'-1+2,"x,y","x\ny",-5\r\n`);
});

test("no rows are an empty file", () => {
  expect(ndjson([])).toBe("");
});
