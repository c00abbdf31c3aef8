import { Link } from "@tanstack/react-router";
import { useAccess } from "@/api/access";
import { Icon } from "@/components/inline/Icon";
import type { NavGroup, Screen } from "@/shell/screen";
import styles from "./Navigation.module.css";

const GROUPS: readonly [NavGroup | undefined, string | null][] = [
  [undefined, null],
  ["activity", "Activity"],
  ["setup", "Setup"],
  ["project", "Project"],
];

/** The screens that have a place in the navigation, in their table's order. */
export function Navigation({ screens, label }: { screens: readonly Screen[]; label: string }) {
  const access = useAccess();
  const shown = screens.filter((screen) => screen.nav !== undefined && (screen.for?.(access) ?? true));
  return (
    <nav aria-label={label} className={styles.nav}>
      {GROUPS.map(([group, title]) => {
        const members = shown.filter(({ nav }) => nav?.group === group);
        if (members.length === 0) return null;
        return (
          <div key={group ?? "first"} className={styles.group}>
            {title !== null && <p className={styles.title}>{title}</p>}
            <ul className={styles.list}>
              {members.map((screen) => (
                <li key={screen.path}>
                  <NavItem screen={screen} base={access.base} />
                </li>
              ))}
            </ul>
          </div>
        );
      })}
    </nav>
  );
}

function NavItem({ screen, base }: { screen: Screen; base: string }) {
  if (screen.nav === undefined) return null;
  return (
    <Link
      to={screen.path === "/" ? base || "/" : `${base}${screen.path}`}
      className={styles.item}
      activeOptions={{ exact: screen.path === "/", includeSearch: false }}
      activeProps={{ "aria-current": "page" }}
    >
      <Icon name={screen.nav.icon} size={17} />
      {screen.nav.label}
    </Link>
  );
}
