import { Outlet } from "@tanstack/react-router";
import { useAccess } from "@/api/access";
import { Frame } from "@/app/Frame";
import { InsecureNotice } from "@/app/InsecureNotice";
import { Navigation } from "@/app/Navigation";
import { Mark } from "@/app/Mark";
import styles from "./PortalFrame.module.css";
import { portalScreens } from "./table";

/** The frame around a portal's screens, with the vendor's own logo and name. */
export function PortalFrame() {
  const { project, me } = useAccess();
  const name = project.branding.name ?? project.name;
  const logo = project.branding.logo ?? null;
  return (
    <Frame
      brand={
        <>
          {logo === null ? <Mark size={26} /> : <img src={logo} alt="" className={styles.logo} />}
          <span className={styles.name}>{name}</span>
        </>
      }
      nav={<Navigation screens={portalScreens} label="Webhooks" />}
      notice={<InsecureNotice me={me} />}
    >
      <Outlet />
    </Frame>
  );
}
