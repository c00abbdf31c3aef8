import { useQuery } from "@tanstack/react-query";
import { Link, Outlet } from "@tanstack/react-router";
import { useEffect, useMemo } from "react";
import { Waiting } from "@/components/inline/Waiting";
import { AccessContext, accessOf } from "@/api/access";
import { createApi, must } from "@/api/client";
import type { ApiError } from "@/api/error";
import type { Me } from "@/api/types";
import { EmptyState } from "@/components/page/EmptyState";
import { ProblemAlert } from "@/components/page/ProblemAlert";
import { screens } from "@/routes/table";
import { useParam } from "@/url/hooks";
import { Frame } from "@/shell/Frame";
import frame from "@/shell/Frame.module.css";
import { InsecureNotice } from "@/shell/InsecureNotice";
import { Search } from "./search/Search";
import { rememberProject } from "@/app/projects/lastProject";
import { Mark } from "@/shell/Mark";
import { Navigation } from "./Navigation";
import { ProjectSwitcher } from "@/app/projects/ProjectSwitcher";
import { useSession } from "@/app/session/session";
import { UserMenu } from "@/app/session/UserMenu";

/** Everything below `/p/{project}`: who may do what there, and the frame around its screens. */
export function ProjectShell() {
  const id = useParam("project");
  const session = useSession();
  const api = useMemo(() => createApi({ project: id }), [id]);
  const mine = session.kind === "admin" || session.project?.id === id;
  const me = useQuery<Me, ApiError>({
    queryKey: [id, "me"],
    queryFn: ({ signal }) => must(api.GET("/v1/session", { signal })),
    enabled: mine,
    staleTime: 60_000,
  });
  const project = me.data?.project ?? null;
  const base = `/p/${id}`;
  const access = useMemo(
    () =>
      me.data === undefined || project === null
        ? null
        : accessOf({ api, me: me.data, project, surface: "dashboard", base }),
    [api, me.data, project, base],
  );
  useEffect(() => {
    if (project !== null) rememberProject(project.id);
  }, [project]);

  const brand = (
    <Link to="/" aria-label="Nuncio home" style={{ display: "flex" }}>
      <Mark size={26} />
    </Link>
  );
  if (access === null) {
    const missing = !mine || me.error?.status === 404;
    return (
      <Frame brand={brand} end={<UserMenu />}>
        {missing ? (
          <NoSuchProject />
        ) : me.error !== null ? (
          <ProblemAlert error={me.error} title="Could not load the project" retry={() => void me.refetch()} />
        ) : (
          <Waiting label="Loading" />
        )}
      </Frame>
    );
  }
  return (
    <AccessContext value={access}>
      <Frame
        brand={
          <>
            {brand}
            <span className={frame.word}>Nuncio</span>
          </>
        }
        bar={
          <>
            <ProjectSwitcher current={access.project} />
            <Search />
          </>
        }
        nav={<Navigation screens={screens} label="Project" />}
        foot={`Nuncio ${access.me.version}`}
        end={<UserMenu />}
        notice={<InsecureNotice me={access.me} />}
      >
        <Outlet />
      </Frame>
    </AccessContext>
  );
}

function NoSuchProject() {
  return (
    <>
      <h1 className="n-sr">Project not found</h1>
      <EmptyState
        icon="search"
        title="Project not found"
        action={
          <Link to="/" className="n-link">
            Go to your projects
          </Link>
        }
      >
        It may have been deleted, or you signed in with another project’s key.
      </EmptyState>
    </>
  );
}
