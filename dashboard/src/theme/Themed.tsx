import "@fontsource-variable/geist/wght.css";
import "@fontsource-variable/geist-mono/wght.css";
import "@mantine/core/styles.css";
import "@mantine/notifications/styles.css";
import "./tokens.css";
import "./base.css";
import { MantineProvider, type CSSVariablesResolver, type MantineColorSchemeManager } from "@mantine/core";
import { Notifications } from "@mantine/notifications";
import { type ReactNode, useMemo } from "react";
import { readable } from "./accent";
import { colorSchemes } from "./colorScheme";
import { styleNonce } from "./nonce";
import { ACCENT, themeWith } from "./theme";

interface Props {
  /** The project's own; ours unless given. */
  accent?: string | null;
  /** Where the choice of light or dark is kept. */
  schemes?: MantineColorSchemeManager;
  children: ReactNode;
}

/** The look of everything inside; with a project's accent, that project's. */
export function Themed({ accent, schemes = colorSchemes, children }: Props) {
  const theme = useMemo(() => themeWith(accent ?? ACCENT), [accent]);
  const resolver = useMemo(() => variables(accent ?? ACCENT), [accent]);
  return (
    <MantineProvider
      theme={theme}
      defaultColorScheme="auto"
      colorSchemeManager={schemes}
      cssVariablesResolver={resolver}
      getStyleNonce={styleNonce}
    >
      <Notifications position="bottom-right" limit={4} containerWidth={380} />
      {children}
    </MantineProvider>
  );
}

function variables(accent: string): CSSVariablesResolver {
  return () => ({
    variables: {},
    light: {
      "--mantine-color-text": "var(--n-text)",
      "--mantine-color-dimmed": "var(--n-muted)",
      "--mantine-color-placeholder": "#6b7686",
      "--mantine-color-default-border": "var(--n-border-strong)",
      "--mantine-color-error": "#b02a25",
      "--mantine-color-anchor": "var(--n-link)",
      "--n-accent-text": readable(accent, "#f3f5f8", "#161b24"),
    },
    dark: {
      "--mantine-color-text": "var(--n-text)",
      "--mantine-color-dimmed": "var(--n-muted)",
      "--mantine-color-placeholder": "#8592a3",
      "--mantine-color-default-border": "var(--n-border-strong)",
      "--mantine-color-error": "#ff9d97",
      "--mantine-color-anchor": "var(--n-link)",
      "--n-accent-text": readable(accent, "#1b222b", "#e4e9f0"),
    },
  });
}
