import { Button } from "@mantine/core";
import { useInfiniteQuery } from "@tanstack/react-query";
import { Link, Navigate } from "@tanstack/react-router";
import { useEffect, useState } from "react";
import { must } from "@/api/client";
import type { ApiError } from "@/api/error";
import { Icon } from "@/components/inline/Icon";
import { ProblemAlert } from "@/components/page/ProblemAlert";
import { TimeText } from "@/components/inline/TimeText";
import { Frame } from "@/shell/Frame";
import { InsecureNotice } from "@/shell/InsecureNotice";
import { Mark } from "@/shell/Mark";
import { NewProject } from "./NewProject";
import styles from "./Projects.module.css";
import { serverApi, useSession } from "@/app/session/session";
import { UserMenu } from "@/app/session/UserMenu";

/** All projects of the server, for its admin; the first one is made here. */
export default function Projects() {
  const session = useSession();
  const [making, setMaking] = useState(false);
  const list = useInfiniteQuery({
    queryKey: ["projects", "all"],
    queryFn: ({ pageParam, signal }) =>
      must(
        serverApi.GET("/v1/projects", {
          params: { query: { limit: 100, ...(pageParam === "" ? {} : { cursor: pageParam }) } },
          signal,
        }),
      ),
    initialPageParam: "",
    getNextPageParam: (last) => last.next_cursor ?? undefined,
    enabled: session.kind === "admin",
  });
  useEffect(() => {
    document.title = "Projects · Nuncio";
  }, []);
  if (session.kind !== "admin") return <Navigate to="/" replace />;
  const projects = list.data?.pages.flatMap(({ data }) => data);
  const first = projects?.length === 0;
  return (
    <Frame
      brand={
        <>
          <Mark size={26} />
          Nuncio
        </>
      }
      end={<UserMenu />}
      notice={<InsecureNotice me={session} />}
    >
      <div className={styles.page}>
        <div className={styles.head}>
          <h1>{first ? "Create your first project" : "Projects"}</h1>
          {projects !== undefined && !first && !making && (
            <Button onClick={() => setMaking(true)} leftSection={<Icon name="plus" size={14} />}>
              New project
            </Button>
          )}
        </div>
        <p className="n-muted">
          A project has its own dialect, event catalog, tenants and endpoints.
        </p>
        {(first || making) && <NewProject {...(first ? {} : { onCancel: () => setMaking(false) })} />}
        {list.error !== null && <ProblemAlert error={list.error as ApiError} retry={() => void list.refetch()} />}
        {projects !== undefined && !first && (
          <ul className={styles.list}>
            {projects.map((project) => (
              <li key={project.id}>
                <Link to={`/p/${project.id}`} className={styles.project}>
                  <span className={styles.name}>{project.name}</span>
                  <span className="n-muted">{project.dialect}</span>
                  <span className="n-muted n-small">
                    created <TimeText at={project.created_at} />
                  </span>
                </Link>
              </li>
            ))}
          </ul>
        )}
        {list.hasNextPage && (
          <Button variant="default" loading={list.isFetchingNextPage} onClick={() => void list.fetchNextPage()}>
            More
          </Button>
        )}
      </div>
    </Frame>
  );
}
