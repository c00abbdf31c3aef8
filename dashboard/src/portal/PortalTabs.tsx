import { Link, useLocation, useRouter } from "@tanstack/react-router";
import { useEffect, useRef } from "react";
import { useAccess } from "@/api/access";
import { useWords } from "@/api/words";
import { Icon } from "@/components/inline/Icon";
import styles from "./PortalFrame.module.css";
import { activeTab } from "./tabs";
import { portalScreens } from "./table";

/** The portal's places. On a phone they are pushed sideways, with the present one in sight. */
export function PortalTabs() {
  const access = useAccess();
  const say = useWords();
  const path = useLocation({ select: (location) => location.pathname });
  const tabs = portalScreens.filter((screen) => screen.nav !== undefined && (screen.for?.(access) ?? true));
  const active = activeTab(path, tabs.map((tab) => tab.path));
  const list = useRef<HTMLUListElement>(null);
  const router = useRouter();
  useEffect(() => {
    const show = () => {
      const [here, all] = [list.current?.querySelector<HTMLElement>('[aria-current="page"]'), list.current];
      if (here == null || all === null) return;
      all.scrollLeft = here.offsetLeft - (all.clientWidth - here.offsetWidth) / 2;
    };
    show();
    // Once more when the router has put everything else back to where it was scrolled.
    return router.subscribe("onRendered", show);
  }, [router, active]);
  return (
    <nav aria-label="Webhooks" className={styles.nav}>
      <ul ref={list}>
        {tabs.map((tab) => (
          <li key={tab.path}>
            <Link
              to={tab.path}
              className={styles.tab}
              activeProps={{}}
              {...(tab.path === active ? { "aria-current": "page" as const } : { "aria-current": undefined })}
            >
              {tab.nav !== undefined && (
                <>
                  <Icon name={tab.nav.icon} size={15} />
                  {say(tab.nav.label)}
                </>
              )}
            </Link>
          </li>
        ))}
      </ul>
    </nav>
  );
}
