import { Loader, type LoaderProps } from "@mantine/core";

/**
 * Something is loading. A bare `Loader` is a `span`, on which a label means nothing: as a status it has one, and screen
 * readers say it.
 */
export function Waiting({ label, ...rest }: { label: string } & Omit<LoaderProps, "aria-label" | "role">) {
  return <Loader role="status" aria-label={label} {...rest} />;
}
