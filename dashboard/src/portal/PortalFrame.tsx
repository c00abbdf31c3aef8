import { Outlet } from "@tanstack/react-router";
import { useContext, useEffect, useRef } from "react";
import { useAccess } from "@/api/access";
import { ColorSchemeMenu } from "@/shell/ColorSchemeMenu";
import { InFrame, toMain } from "@/shell/Frame";
import frame from "@/shell/Frame.module.css";
import { InsecureNotice } from "@/shell/InsecureNotice";
import { tellHeight } from "./host";
import { LookContext } from "./lookContext";
import styles from "./PortalFrame.module.css";
import { PortalTabs } from "./PortalTabs";

/** The frame around a portal's screens: the vendor's logo and name, unless a page around it shows them, and tabs. */
export function PortalFrame() {
  const { me } = useAccess();
  const { framed, fixed } = useContext(LookContext);
  const content = useRef<HTMLDivElement>(null);
  useEffect(() => {
    if (framed && content.current !== null) return tellHeight(content.current);
    return undefined;
  }, [framed]);
  return (
    <div ref={content} className={styles.frame} data-framed={framed}>
      <a href="#main" className={frame.skip} onClick={toMain}>
        Skip to content
      </a>
      <header className={styles.head}>
        {!framed && (
          <div className={styles.brand}>
            <Logo />
            {!fixed && <ColorSchemeMenu />}
          </div>
        )}
        <div className={styles.tabs}>
          <PortalTabs />
          {framed && !fixed && <ColorSchemeMenu />}
        </div>
      </header>
      <main id="main" tabIndex={-1} className={styles.main}>
        <InsecureNotice me={me} />
        <InFrame value={true}>
          <Outlet />
        </InFrame>
      </main>
    </div>
  );
}

function Logo() {
  const { project } = useAccess();
  const logo = project.branding.logo ?? null;
  return (
    <div className={styles.who}>
      {logo !== null && <img src={logo} alt="" className={styles.logo} />}
      <span className={styles.name}>{project.branding.name ?? project.name}</span>
    </div>
  );
}
