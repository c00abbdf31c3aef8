import { Button, Menu } from "@mantine/core";
import { useQuery } from "@tanstack/react-query";
import { Link } from "@tanstack/react-router";
import { useState } from "react";
import { must } from "@/api/client";
import type { Project } from "@/api/types";
import { Icon } from "@/components/inline/Icon";
import styles from "./ProjectSwitcher.module.css";
import { serverApi, useSession } from "@/app/session/session";

/** What a page of the API holds; the list of projects has all of them. */
const SHOWN = 250;

/** The project's name; for an admin, the way to the others. */
export function ProjectSwitcher({ current }: { current: Project }) {
  const { kind } = useSession();
  const [opened, setOpened] = useState(false);
  const projects = useQuery({
    queryKey: ["projects", "recent"],
    queryFn: ({ signal }) => must(serverApi.GET("/v1/projects", { params: { query: { limit: SHOWN } }, signal })),
    enabled: kind === "admin" && opened,
  });
  if (kind !== "admin") return <span className={styles.name}>{current.name}</span>;
  return (
    <Menu opened={opened} onChange={setOpened} position="bottom-start" width={280}>
      <Menu.Target>
        <Button variant="subtle" color="gray" className={styles.button} rightSection={<Icon name="down" size={13} />}>
          <span className="n-sr">Project: </span>
          <span className={styles.name}>{current.name}</span>
        </Button>
      </Menu.Target>
      <Menu.Dropdown>
        <div className={styles.projects} role="group" aria-label="Projects">
          {projects.data?.data.map((project) => (
            <Menu.Item
              key={project.id}
              component={Link}
              {...({ to: `/p/${project.id}` } as object)}
              rightSection={project.id === current.id ? <Icon name="check" size={14} /> : undefined}
            >
              <span className={styles.name}>{project.name}</span>
              <span className={styles.dialect}>{project.dialect}</span>
            </Menu.Item>
          ))}
        </div>
        {projects.data !== undefined && <Menu.Divider />}
        <Menu.Item component={Link} {...({ to: "/projects" } as object)} leftSection={<Icon name="table" size={15} />}>
          All projects, new project
        </Menu.Item>
      </Menu.Dropdown>
    </Menu>
  );
}
