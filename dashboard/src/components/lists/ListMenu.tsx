import { ActionIcon, Menu } from "@mantine/core";
import { notifications } from "@mantine/notifications";
import { useState } from "react";
import { asApiError } from "@/api/error";
import { serverNow } from "@/api/serverClock";
import { csv, type Fields, ndjson } from "@/format/table";
import { count } from "@/format/number";
import { Icon } from "@/components/inline/Icon";
import { setAbsoluteTimes, useAbsoluteTimes } from "@/components/inline/timeForm";
import { type CursorList, EXPORTED_MAX } from "@/url/cursor";

interface Props {
  list: Pick<CursorList<unknown>, "everything">;
  /** What is listed, for the file's name: `deliveries`. */
  name: string;
}

const FORMATS = {
  csv: { label: "Export as CSV", type: "text/csv;charset=utf-8", write: csv },
  ndjson: { label: "Export as NDJSON", type: "application/x-ndjson", write: ndjson },
} as const;

/** How a list shows its times, and the list as a file. */
export function ListMenu({ list, name }: Props) {
  const absolute = useAbsoluteTimes();
  const [busy, setBusy] = useState(false);
  const save = async (format: keyof typeof FORMATS) => {
    setBusy(true);
    try {
      const { rows, complete } = await list.everything();
      const { type, write } = FORMATS[format];
      download(`${name}-${new Date(serverNow()).toISOString().slice(0, 19).replaceAll(":", "")}.${format}`, type, write(rows as Fields[]));
      const said = `${count(rows.length)} rows exported`;
      notifications.show(
        complete
          ? { message: said, color: "green", role: "status" }
          : { message: `${said}: there are more than ${count(EXPORTED_MAX)}. Narrow the list by time to get the others.`, color: "yellow", role: "status", autoClose: 10_000 },
      );
    } catch (reason) {
      const { title, detail } = asApiError(reason);
      notifications.show({ title, message: detail, color: "red" });
    } finally {
      setBusy(false);
    }
  };
  return (
    <Menu position="bottom-end">
      <Menu.Target>
        <ActionIcon variant="default" size={30} aria-label="List options" loading={busy}>
          <Icon name="more" />
        </ActionIcon>
      </Menu.Target>
      <Menu.Dropdown>
        <Menu.Item leftSection={<Icon name="clock" />} onClick={() => setAbsoluteTimes(!absolute)}>
          {absolute ? "Show relative times" : "Show absolute times"}
        </Menu.Item>
        {(["csv", "ndjson"] as const).map((format) => (
          <Menu.Item key={format} leftSection={<Icon name="download" />} onClick={() => void save(format)}>
            {FORMATS[format].label}
          </Menu.Item>
        ))}
      </Menu.Dropdown>
    </Menu>
  );
}

function download(name: string, type: string, text: string): void {
  const url = URL.createObjectURL(new Blob([text], { type }));
  const link = document.createElement("a");
  link.href = url;
  link.download = name;
  link.click();
  // The browser has taken it by then.
  setTimeout(() => URL.revokeObjectURL(url), 60_000);
}
