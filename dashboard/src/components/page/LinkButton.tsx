import type { ReactNode } from "react";
import { AppLink } from "@/components/inline/AppLink";
import { Icon, type IconName } from "@/components/inline/Icon";
import styles from "./LinkButton.module.css";

interface Props {
  /** Below the project, as AppLink has it. */
  to: string;
  icon?: IconName;
  /** The screen's main action; others are quiet. */
  primary?: boolean;
  children: ReactNode;
}

/** A link that looks like a button: an action of a screen's header that leads to another screen. */
export function LinkButton({ to, icon, primary = false, children }: Props) {
  return (
    <AppLink to={to} className={(primary ? styles.primary : styles.quiet) ?? ""}>
      {icon !== undefined && <Icon name={icon} size={14} />}
      {children}
    </AppLink>
  );
}
