import { ActionIcon, Menu } from "@mantine/core";
import { notifications } from "@mantine/notifications";
import { asApiError } from "@/api/error";
import type { Me } from "@/api/types";
import { Icon } from "@/components/inline/Icon";
import { TimeText } from "@/components/inline/TimeText";
import { useSession, useSignOut } from "./session";

export function UserMenu() {
  const me = useSession();
  const signOut = useSignOut();
  return (
    <Menu position="bottom-end" width={240}>
      <Menu.Target>
        <ActionIcon size="lg" aria-label="Session">
          <Icon name="user" size={18} />
        </ActionIcon>
      </Menu.Target>
      <Menu.Dropdown>
        <Menu.Label>
          Signed in with {keyOf(me)}
          {me.expires_at !== null && (
            <>
              <br />
              Session ends <TimeText toCome at={me.expires_at} />
            </>
          )}
        </Menu.Label>
        <Menu.Item component="a" href="/docs" target="_blank" leftSection={<Icon name="external" size={15} />}>
          API documentation
        </Menu.Item>
        <Menu.Item
          leftSection={<Icon name="signOut" size={15} />}
          onClick={() =>
            void signOut().catch((error: unknown) => {
              const { title, detail } = asApiError(error);
              notifications.show({ title, message: detail, color: "red" });
            })
          }
        >
          Sign out
        </Menu.Item>
      </Menu.Dropdown>
    </Menu>
  );
}

function keyOf({ kind, scope, tenant }: Me): string {
  if (kind === "admin") return "the admin key";
  const of = tenant === null ? `a ${kind} key` : `a key of tenant ${tenant}`;
  return scope === "full" ? of : `${of}, scope ${scope}`;
}
