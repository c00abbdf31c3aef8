import { Checkbox, Skeleton } from "@mantine/core";
import type { ReactNode } from "react";
import type { ApiError } from "@/api/error";
import { AppLink } from "@/components/inline/AppLink";
import { InTable } from "@/components/inline/inTable";
import styles from "./DataTable.module.css";
import { ProblemAlert } from "@/components/page/ProblemAlert";

export interface Column<Row> {
  /** Unique in the table. */
  key: string;
  header: string;
  cell: (row: Row) => ReactNode;
  /** Numbers stand at the end. */
  align?: "start" | "end";
  /** A share of the width, as CSS takes it; the rest is shared by what the cells need. */
  width?: number | string;
  /** Left out of the cards at phone width. */
  wideOnly?: boolean;
  /** The header is for screen readers only: a column of buttons. */
  silent?: boolean;
}

interface Props<Row> {
  /** What the table lists, for screen readers. */
  caption: string;
  columns: readonly Column<Row>[];
  /** Undefined while the first page loads. */
  rows: readonly Row[] | undefined;
  rowKey: (row: Row) => string;
  /** Where a row leads. The first column's cell becomes the link, and the whole row takes the click. */
  rowTo?: (row: Row) => string;
  error?: ApiError | null;
  retry?: () => void;
  /** Shown in place of a table without rows: an EmptyState. */
  empty: ReactNode;
  /** The rows are those of before, and others are on their way. */
  stale?: boolean;
  selection?: Selection;
  /** A row that has just come in: it is tinted for a moment. */
  fresh?: (row: Row) => boolean;
  /** How many rows the skeleton has. */
  skeletonRows?: number;
}

export interface Selection {
  selected: ReadonlySet<string>;
  onChange: (selected: ReadonlySet<string>) => void;
}

/** A list of things, one a row; cards at phone width. */
export function DataTable<Row>(props: Props<Row>) {
  const { caption, columns, rows, error, retry, empty, stale, selection, rowKey } = props;
  if (error != null && rows === undefined) {
    return (
      <div className={styles.around}>
        <ProblemAlert error={error} {...(retry === undefined ? {} : { retry })} />
      </div>
    );
  }
  if (rows !== undefined && rows.length === 0) return <>{empty}</>;
  return (
    <>
      {error != null && (
        <div className={styles.around}>
          <ProblemAlert error={error} title="This list may be out of date" {...(retry === undefined ? {} : { retry })} />
        </div>
      )}
      <div className={styles.scroll} role="region" aria-label={`${caption}: table`} tabIndex={0}>
        <table role="table" className={styles.table} aria-busy={rows === undefined || stale === true}>
          <caption className="n-sr">{caption}</caption>
          <thead role="rowgroup">
            <tr role="row">
              {selection !== undefined && rows !== undefined && (
                <th role="columnheader" scope="col" className={styles.check}>
                  <SelectAll selection={selection} keys={rows.map(rowKey)} />
                </th>
              )}
              {columns.map((column) => (
                <th
                  key={column.key}
                  role="columnheader"
                  scope="col"
                  data-align={column.align}
                  {...(column.width === undefined ? {} : { width: column.width })}
                >
                  {column.silent === true ? <span className="n-sr">{column.header}</span> : column.header}
                </th>
              ))}
            </tr>
          </thead>
          <tbody role="rowgroup" data-stale={stale === true}>
            {rows === undefined ? (
              <SkeletonRows columns={columns} count={props.skeletonRows ?? 8} />
            ) : (
              <InTable value={true}>
                {rows.map((row) => (
                  <TableRow key={rowKey(row)} row={row} table={props} />
                ))}
              </InTable>
            )}
          </tbody>
        </table>
      </div>
    </>
  );
}

function TableRow<Row>({ row, table }: { row: Row; table: Props<Row> }) {
  const { columns, rowKey, rowTo, selection, fresh } = table;
  const key = rowKey(row);
  return (
    <tr
      role="row"
      data-link={rowTo !== undefined}
      data-selected={selection?.selected.has(key) ?? false}
      data-fresh={fresh?.(row) ?? false}
    >
      {selection !== undefined && (
        <td role="cell" className={styles.check}>
          <Checkbox
            aria-label={`Select ${key}`}
            checked={selection.selected.has(key)}
            onChange={(event) => selection.onChange(toggled(selection.selected, key, event.currentTarget.checked))}
          />
        </td>
      )}
      {columns.map((column, at) => (
        <td
          key={column.key}
          role="cell"
          data-align={column.align}
          data-label={column.silent === true ? undefined : column.header}
          data-first={at === 0}
          data-wide-only={column.wideOnly === true}
        >
          {at === 0 && rowTo !== undefined ? (
            <AppLink to={rowTo(row)} className={styles.link ?? ""}>
              {column.cell(row)}
            </AppLink>
          ) : (
            column.cell(row)
          )}
        </td>
      ))}
    </tr>
  );
}

function SelectAll({ selection, keys }: { selection: Selection; keys: readonly string[] }) {
  const chosen = keys.filter((key) => selection.selected.has(key)).length;
  return (
    <Checkbox
      aria-label="Select all on this page"
      checked={chosen === keys.length && keys.length > 0}
      indeterminate={chosen > 0 && chosen < keys.length}
      onChange={(event) => {
        const { checked } = event.currentTarget;
        selection.onChange(keys.reduce((set, key) => toggled(set, key, checked), selection.selected));
      }}
    />
  );
}

function toggled(set: ReadonlySet<string>, key: string, on: boolean): ReadonlySet<string> {
  const next = new Set(set);
  if (on) next.add(key);
  else next.delete(key);
  return next;
}

function SkeletonRows<Row>({ columns, count }: { columns: readonly Column<Row>[]; count: number }) {
  return Array.from({ length: count }, (_, row) => (
    <tr key={row} role="row">
      {columns.map((column, at) => (
        <td key={column.key} role="cell" data-align={column.align}>
          <Skeleton height={12} width={at === 0 ? "70%" : "50%"} {...(column.align === "end" ? { ml: "auto" } : {})} />
        </td>
      ))}
    </tr>
  ));
}
