/** Drawn on a 24 unit grid, 1.75 strokes. */
const PATHS = {
  overview: "M4 13h4v7H4zM10 4h4v16h-4zM16 9h4v11h-4z",
  events: "M13 3 5 14h6l-1 7 8-11h-6z",
  deliveries: "M21 3 10 14M21 3l-7 18-4-7-7-4z",
  dead: "M3 7l9 6 9-6M3 5h18v14H3zM15 15l4 4M19 15l-4 4",
  endpoints: "M10 14a4 4 0 0 0 6 .4l3-3a4 4 0 0 0-5.7-5.7l-1 1M14 10a4 4 0 0 0-6-.4l-3 3a4 4 0 0 0 5.7 5.7l1-1",
  tenants: "M4 21V8l8-5 8 5v13M9 21v-6h6v6M9 10h.01M15 10h.01",
  catalog: "M5 4h11a3 3 0 0 1 3 3v13H8a3 3 0 0 1-3-3zM5 17a3 3 0 0 1 3-3h11M9 8h6",
  dialects: "M8 6 3 12l5 6M16 6l5 6-5 6M13.5 4l-3 16",
  keys: "M15.5 4a4.5 4.5 0 1 1-3.9 6.7L4 18v2h3v-2h2v-2h2l2.2-2.2M16.5 7.5h.01",
  audit: "M6 3h9l4 4v14H6zM15 3v4h4M9 12h7M9 16h7M9 8h2",
  settings: "M4 7h10M18 7h2M4 17h2M10 17h10M16 5v4M8 15v4",
  search: "M11 4a7 7 0 1 1 0 14 7 7 0 0 1 0-14zM20 20l-4-4",
  copy: "M9 9h11v11H9zM5 15H4V4h11v1",
  check: "M5 12.5l4.5 4.5L19 7",
  cross: "M6 6l12 12M18 6 6 18",
  clock: "M12 3a9 9 0 1 1 0 18 9 9 0 0 1 0-18zM12 7v5l3.5 2",
  pause: "M8 5v14M16 5v14",
  play: "M7 5l11 7-11 7z",
  ban: "M12 3a9 9 0 1 1 0 18 9 9 0 0 1 0-18zM5.8 5.8l12.4 12.4",
  warning: "M12 4 2.5 20h19zM12 10v4M12 17h.01",
  info: "M12 3a9 9 0 1 1 0 18 9 9 0 0 1 0-18zM12 11v5M12 8h.01",
  retry: "M20 11a8 8 0 1 0-2.3 6M20 4v7h-7",
  plus: "M12 5v14M5 12h14",
  trash: "M4 7h16M9 7V4h6v3M6 7l1 14h10l1-14M10 11v6M14 11v6",
  edit: "M4 20h4L20 8l-4-4L4 16zM13.5 6.5l4 4",
  more: "M5 12h.01M12 12h.01M19 12h.01",
  left: "M15 5l-7 7 7 7",
  right: "M9 5l7 7-7 7",
  down: "M5 9l7 7 7-7",
  external: "M14 4h6v6M20 4l-9 9M18 14v6H4V6h6",
  menu: "M4 7h16M4 12h16M4 17h16",
  sun: "M12 8a4 4 0 1 1 0 8 4 4 0 0 1 0-8zM12 2v2M12 20v2M2 12h2M20 12h2M5 5l1.4 1.4M17.6 17.6 19 19M5 19l1.4-1.4M17.6 6.4 19 5",
  moon: "M20 14A8.5 8.5 0 0 1 10 4a8.5 8.5 0 1 0 10 10z",
  auto: "M4 5h16v11H4zM9 20h6M12 16v4",
  signOut: "M10 4H5v16h5M15 8l4 4-4 4M19 12H9",
  switch: "M8 9l4-4 4 4M8 15l4 4 4-4",
  filter: "M4 5h16l-6 8v6l-4-2v-4z",
  beside: "M4 5h16v14H4zM14 5v14",
  table: "M4 5h16v14H4zM4 10h16M4 15h16M10 10v9",
  chart: "M4 4v16h16M8 15l3-4 3 2 5-6",
  key: "M15.5 4a4.5 4.5 0 1 1-3.9 6.7L4 18v2h3v-2h2v-2h2l2.2-2.2",
  user: "M12 4a4 4 0 1 1 0 8 4 4 0 0 1 0-8zM4 21c.6-4 3.600-6 8-6s7.400 2 8 6",
  download: "M12 4v11M7 11l5 5 5-5M5 20h14",
  test: "M9 3h6M10 3v6L5 19a1.500 1.500 0 0 0 1.400 2h11.200a1.500 1.500 0 0 0 1.400-2L14 9V3M8 15h8",
  skip: "M5 5l8 7-8 7zM17 5v14",
} as const;

export type IconName = keyof typeof PATHS;

/** A picture beside words that say the same; alone it needs a label on what holds it. */
export function Icon({ name, size = 16, className }: { name: IconName; size?: number; className?: string }) {
  return (
    <svg
      width={size}
      height={size}
      viewBox="0 0 24 24"
      fill="none"
      stroke="currentColor"
      strokeWidth="1.75"
      strokeLinecap="round"
      strokeLinejoin="round"
      aria-hidden="true"
      focusable="false"
      {...(className === undefined ? {} : { className })}
    >
      <path d={PATHS[name]} />
    </svg>
  );
}
