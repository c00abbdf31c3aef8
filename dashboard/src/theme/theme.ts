import { createTheme, type MantineColorsTuple, type MantineThemeOverride } from "@mantine/core";
import { shades } from "./accent";

/** Cobalt: the product's own accent, far enough from every colour that means a state. */
export const ACCENT = "#3257d3";

const gray: MantineColorsTuple = [
  "#f7f8fa",
  "#f0f2f5",
  "#e7eaef",
  "#dbe0e7",
  "#c7ced8",
  "#8b96a6",
  "#566072",
  "#434c5c",
  "#2a313d",
  "#161b24",
];

const dark: MantineColorsTuple = [
  "#e4e9f0",
  "#c3cbd7",
  "#9aa6b6",
  "#7d8999",
  "#343e4c",
  "#252d38",
  "#1d242d",
  "#161b22",
  "#0e1217",
  "#090c10",
];

/** The page brings its own typefaces, under the SIL Open Font License (`Geist-OFL.txt`, `GeistMono-OFL.txt`). */
const sans = '"Geist Variable", system-ui, -apple-system, "Segoe UI", Roboto, "Noto Sans", "Liberation Sans", sans-serif';
const mono = '"Geist Mono Variable", ui-monospace, "SF Mono", "Cascadia Mono", "Roboto Mono", Menlo, Consolas, "Liberation Mono", monospace';

/** The library's crosses have no name of their own. */
const CLOSE = { "aria-label": "Close" };

/** Dense and calm: 14 px text, 32 px controls, one radius. `accent` is the project's own colour in its portal. */
export function themeWith(accent: string = ACCENT): MantineThemeOverride {
  const control = { defaultProps: { size: "xs" } };
  return createTheme({
    fontFamily: sans,
    fontFamilyMonospace: mono,
    headings: { fontFamily: sans, fontWeight: "600" },
    colors: { gray, dark, accent: shades(accent) },
    primaryColor: "accent",
    primaryShade: 6,
    autoContrast: true,
    luminanceThreshold: 0.32,
    defaultRadius: "sm",
    radius: { xs: "4px", sm: "6px", md: "8px", lg: "12px", xl: "16px" },
    fontSizes: { xs: "0.8125rem", sm: "0.875rem", md: "0.875rem", lg: "1rem", xl: "1.25rem" },
    lineHeights: { xs: "1.4", sm: "1.45", md: "1.45", lg: "1.5", xl: "1.4" },
    spacing: { xs: "8px", sm: "12px", md: "16px", lg: "24px", xl: "32px" },
    cursorType: "pointer",
    respectReducedMotion: true,
    components: {
      Button: control,
      TextInput: control,
      Textarea: control,
      NumberInput: control,
      PasswordInput: control,
      Select: { defaultProps: { size: "xs", checkIconPosition: "right", comboboxProps: { shadow: "md" } } },
      MultiSelect: control,
      Autocomplete: control,
      TagsInput: control,
      NativeSelect: control,
      FileInput: control,
      ColorInput: control,
      SegmentedControl: control,
      Switch: control,
      Checkbox: { defaultProps: { size: "xs", radius: "xs" } },
      Radio: control,
      ActionIcon: { defaultProps: { variant: "subtle", color: "gray", size: "md" } },
      Tooltip: { defaultProps: { openDelay: 200, withArrow: false, events: { hover: true, focus: true, touch: false } } },
      Modal: {
        defaultProps: { centered: true, closeButtonProps: CLOSE, transitionProps: { duration: 120, transition: "fade" } },
      },
      Drawer: { defaultProps: { closeButtonProps: CLOSE, transitionProps: { duration: 120 } } },
      Menu: { defaultProps: { shadow: "md", transitionProps: { duration: 80 } } },
      Notification: { defaultProps: { closeButtonProps: { "aria-label": "Dismiss" } } },
      Skeleton: { defaultProps: { radius: "xs" } },
    },
  });
}
