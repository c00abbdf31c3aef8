import { Button, NativeSelect } from "@mantine/core";
import { type CursorList, PAGE_SIZES } from "@/url/cursor";
import { Icon } from "@/components/inline/Icon";
import styles from "./Pager.module.css";

/** Back and forward through a list that has no page numbers. Nothing is shown for a list that fits on its first page. */
export function Pager({ list }: { list: CursorList<unknown> }) {
  const rows = list.rows?.length ?? 0;
  if (list.first && list.next === null && !list.loading && rows <= Math.min(...PAGE_SIZES)) return null;
  return (
    <nav aria-label="Pages" className={styles.pager}>
      <NativeSelect
        aria-label="Rows per page"
        value={String(list.limit)}
        data={[...new Set([...PAGE_SIZES, list.limit])]
          .sort((a, b) => a - b)
          .map((size) => ({ value: String(size), label: `${size} per page` }))}
        onChange={(event) => list.setLimit(Number(event.currentTarget.value))}
      />
      <div className={styles.buttons}>
        <Button
          variant="default"
          disabled={list.back === null}
          onClick={() => list.back?.()}
          leftSection={<Icon name="left" size={14} />}
        >
          Newer
        </Button>
        <Button
          variant="default"
          disabled={list.next === null}
          onClick={() => list.next?.()}
          rightSection={<Icon name="right" size={14} />}
        >
          Older
        </Button>
      </div>
    </nav>
  );
}
