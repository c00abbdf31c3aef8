import { Link } from "@tanstack/react-router";
import type { ReactNode } from "react";
import { useAccess } from "@/api/access";
import { parseSearch, type Search } from "@/url/filters";

interface Props {
  /** Below the project: `/deliveries/del_…`, with `?status=dead` where it leads to a filtered list. */
  to: string;
  search?: Search;
  children: ReactNode;
  className?: string;
  title?: string;
  "aria-label"?: string;
  /** One of several links of which the reader is at this one: a screen's tabs. */
  current?: boolean;
}

/** A link to another screen of the same project, in the dashboard and in the portal alike. */
export function AppLink({ to, search, children, className = "n-link", current, ...rest }: Props) {
  const { base } = useAccess();
  const [path = "", query = ""] = to.split("?", 2);
  return (
    <Link
      to={`${base}${path}`}
      search={{ ...parseSearch(query), ...search } as never}
      className={className}
      // The router would call every link current whose path this one begins with.
      {...(current === undefined
        ? {}
        : { activeOptions: { exact: true, includeSearch: true }, "aria-current": current ? ("page" as const) : undefined })}
      {...rest}
    >
      {children}
    </Link>
  );
}
