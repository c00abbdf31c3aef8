import { Button, PasswordInput, Stack } from "@mantine/core";
import { useEffect, useState } from "react";
import { type ApiError, asApiError } from "@/api/error";
import { Icon } from "@/components/inline/Icon";
import { ProblemAlert } from "@/components/page/ProblemAlert";
import { Mark } from "@/shell/Mark";
import { useSignIn } from "./session";
import styles from "./SignIn.module.css";

/** Where a key becomes a session. The key itself is nowhere kept in the browser. */
export function SignIn() {
  const signIn = useSignIn();
  const [key, setKey] = useState("");
  const [busy, setBusy] = useState(false);
  const [error, setError] = useState<ApiError | null>(null);

  useEffect(() => {
    document.title = "Sign in · Nuncio";
  }, []);

  const submit = async () => {
    setBusy(true);
    setError(null);
    try {
      await signIn(key.trim());
    } catch (reason) {
      setError(asApiError(reason));
      setBusy(false);
    }
  };

  return (
    <main className={styles.page}>
      <div className={styles.box}>
        <div className={styles.brand}>
          <Mark size={34} />
          <span>Nuncio</span>
        </div>
        <h1 className={styles.title}>Sign in</h1>
        <p className={styles.about}>Use the server’s admin key, or a project or tenant key.</p>
        {exposed() && (
          <div className={styles.warning} role="note">
            <Icon name="warning" size={16} />
            <span>
              This page was loaded over plain HTTP, so others on the network can read a key that you enter. Use
              HTTPS, or a tunnel to the server’s loopback address.
            </span>
          </div>
        )}
        <form
          onSubmit={(event) => {
            event.preventDefault();
            if (key.trim() !== "" && !busy) void submit();
          }}
        >
          <Stack gap="sm">
            <PasswordInput
              size="sm"
              label="API key"
              placeholder="nk_…"
              autoComplete="off"
              spellCheck={false}
              autoFocus
              value={key}
              onChange={(event) => setKey(event.currentTarget.value)}
              visibilityToggleButtonProps={{ "aria-label": "Show the key" }}
            />
            {error !== null && <Refusal error={error} />}
            <Button type="submit" size="sm" loading={busy} disabled={key.trim() === ""}>
              Sign in
            </Button>
          </Stack>
        </form>
        <p className={styles.foot}>
          The server printed its admin key when it first started, or took it from <code>NUNCIO_ADMIN_KEY</code>. The{" "}
          <a className="n-link" href="/docs">
            API
          </a>{" "}
          does everything that this dashboard does.
        </p>
      </div>
    </main>
  );
}

function Refusal({ error }: { error: ApiError }) {
  if (error.status === 401) {
    return (
      <p role="alert" className={styles.refusal}>
        Invalid key. It may be mistyped, expired or revoked.
      </p>
    );
  }
  if (error.status === 429) {
    return (
      <p role="alert" className={styles.refusal}>
        Too many failed attempts from this address. Try again in {error.retryAfterSeconds ?? "some"} seconds.
      </p>
    );
  }
  return <ProblemAlert error={error} />;
}

/** Whether what is typed here crosses a network in the clear. */
function exposed(): boolean {
  const { protocol, hostname } = location;
  return protocol === "http:" && !/^(localhost|.*\.localhost|127(\.\d+){3}|\[::1\])$/.test(hostname);
}
