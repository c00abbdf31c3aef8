import { Tooltip } from "@mantine/core";
import { local, localShort, relative, utc } from "@/format/time";
import { useInTable } from "./inTable";
import { useAbsoluteTimes } from "./timeForm";
import { useNow } from "./useNow";

interface Props {
  /** RFC 3339, as the API writes it. */
  at: string | null | undefined;
  /** `relative` counts from now, `short` leaves today's date out, `full` is the whole of it. */
  as?: "relative" | "short" | "full";
  /** It may lie in the future. Other times have happened: clocks that differ by seconds don't make them to come. */
  toCome?: boolean;
  /** What stands there when there is no time. */
  none?: string;
}

/** A time where the reader is; UTC to the millisecond on hover and on focus. */
export function TimeText({ at, as = "relative", toCome = false, none = "–" }: Props) {
  const now = useNow();
  const inTable = useInTable();
  const absolute = useAbsoluteTimes();
  const time = at == null ? Number.NaN : Date.parse(at);
  if (at == null || Number.isNaN(time)) return <span className="n-muted">{none}</span>;
  const text = as === "relative" && !absolute ? relative(toCome ? time : Math.min(time, now), now) : as === "short" || (as === "relative" && absolute) ? localShort(time, now) : local(time);
  return (
    <Tooltip
      label={
        <>
          {utc(time)}
          {as !== "full" && (
            <>
              <br />
              {local(time)} here
            </>
          )}
        </>
      }
    >
      <time dateTime={at} className="n-num n-time" {...(inTable ? {} : { tabIndex: 0 })}>
        {text}
      </time>
    </Tooltip>
  );
}
