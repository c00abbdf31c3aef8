import { useMatch } from "@tanstack/react-router";
import { type ReactNode, useEffect, useRef } from "react";
import { useAccess } from "@/api/access";
import { AppLink } from "@/components/inline/AppLink";
import { Icon } from "@/components/inline/Icon";
import styles from "./PageHeader.module.css";

interface Props {
  title: string;
  /** What the browser's tab says, where the title alone would say too little there. */
  documentTitle?: string;
  /** Beside the title: a state, an id. */
  beside?: ReactNode;
  /** One sentence under it. */
  children?: ReactNode;
  actions?: ReactNode;
  /** The list that this is one of. */
  up?: { to: string; label: string };
}

/** The path whose heading had the focus last: a screen that is drawn again does not take it a second time. */
let focusedPath: string | null = null;

/** The heading of a screen. It names the document, and takes the focus when the reader came here by a link. */
export function PageHeader({ title, documentTitle, beside, children, actions, up }: Props) {
  const heading = useRef<HTMLHeadingElement>(null);
  // Of the screen that this heads: while the next one loads, the location is that one's already.
  const path = useMatch({ strict: false, select: (match) => match.pathname });

  const site = useSiteName();
  useEffect(() => {
    document.title = `${documentTitle ?? title} · ${site}`;
  }, [title, documentTitle, site]);

  useEffect(() => {
    if (focusedPath !== null && focusedPath !== path) heading.current?.focus({ preventScroll: true });
    focusedPath = path;
  }, [path]);

  return (
    <header className={styles.header}>
      {up !== undefined && (
        <AppLink to={up.to} className={styles.up ?? ""}>
          <Icon name="left" size={14} />
          {up.label}
        </AppLink>
      )}
      <div className={styles.row}>
        <div className={styles.titles}>
          <h1 ref={heading} tabIndex={-1} className={`${styles.title} n-wrap`}>
            {title}
          </h1>
          {beside}
        </div>
        {actions !== undefined && <div className={styles.actions}>{actions}</div>}
      </div>
      {children !== undefined && <div className={styles.about}>{children}</div>}
    </header>
  );
}

/** In a portal the vendor's own name. */
function useSiteName(): string {
  const { surface, project } = useAccess();
  return surface === "portal" ? (project.branding.name ?? project.name) : "Nuncio";
}
