import { PasswordInput, Select, Textarea, TextInput } from "@mantine/core";
import { type AuthDraft, type AuthFaults, type AuthType, byKey, type ClientAuth, keepsSecret } from "./authDraft";
import styles from "./Fields.module.css";

interface Props {
  auth: AuthDraft;
  onChange: (auth: AuthDraft) => void;
  faults?: AuthFaults | undefined;
  disabled?: boolean;
}

const TYPES: { value: AuthType | ""; label: string }[] = [
  { value: "", label: "None" },
  { value: "basic", label: "Basic (user name and password)" },
  { value: "bearer", label: "Bearer token" },
  { value: "header", label: "API key in a header" },
  { value: "oauth2", label: "OAuth 2.0 client credentials" },
];

const WAYS: { value: ClientAuth; label: string }[] = [
  { value: "client_secret_basic", label: "Client secret, HTTP Basic" },
  { value: "client_secret_post", label: "Client secret, in the form" },
  { value: "private_key_jwt", label: "Private key (signed JWT)" },
];

const SECRETS: Record<AuthType, string> = {
  basic: "Password",
  bearer: "Token",
  header: "Value",
  oauth2: "Client secret",
};

/** How requests authenticate at the receiver, beside their signature. Secrets at the server are never shown. */
export function AuthField({ auth, onChange, faults = {}, disabled = false }: Props) {
  const edit = (change: Partial<AuthDraft>) => onChange({ ...auth, ...change });
  const kept = keepsSecret(auth) ? "*** (kept unless the URL’s host changes)" : "";
  const line = (field: "username" | "name" | "token_url" | "client_id" | "scopes" | "audience", label: string, description?: string) => (
    <TextInput
      label={label}
      {...(description === undefined ? {} : { description })}
      value={auth[field]}
      disabled={disabled}
      error={faults[field]}
      autoComplete="off"
      spellCheck={false}
      classNames={{ input: "n-mono" }}
      onChange={({ currentTarget }) => edit({ [field]: currentTarget.value })}
    />
  );
  return (
    <fieldset className={styles.headers}>
      <legend>Authentication</legend>
      <p className="n-muted n-small">What the receiver’s gateway asks for, in addition to the signature.</p>
      <Select
        label="Authentication type"
        allowDeselect={false}
        disabled={disabled}
        data={TYPES}
        value={auth.type}
        error={faults.type}
        onChange={(type) => edit({ type: (type ?? "") as AuthType | "", secret: "" })}
      />
      {auth.type === "basic" && line("username", "User name")}
      {auth.type === "header" && line("name", "Header name", "Such as X-Api-Key.")}
      {auth.type === "oauth2" && (
        <>
          {line("token_url", "Token URL", "Where the authorization server issues tokens.")}
          {line("client_id", "Client ID")}
          <Select
            label="Client authentication"
            allowDeselect={false}
            disabled={disabled}
            data={WAYS}
            value={auth.client_auth}
            error={faults.client_auth}
            onChange={(way) => edit({ client_auth: (way ?? "client_secret_basic") as ClientAuth })}
          />
        </>
      )}
      {auth.type === "oauth2" && byKey(auth) && (
        <Textarea
          label="Private key"
          description="PEM, not encrypted: RSA, ECDSA or Ed25519."
          placeholder={kept === "" ? "-----BEGIN PRIVATE KEY-----" : kept}
          autosize
          minRows={2}
          maxRows={6}
          value={auth.private_key}
          disabled={disabled}
          error={faults.private_key}
          autoComplete="off"
          spellCheck={false}
          classNames={{ input: "n-mono" }}
          onChange={({ currentTarget }) => edit({ private_key: currentTarget.value })}
        />
      )}
      {auth.type !== "" && !(auth.type === "oauth2" && byKey(auth)) && (
        <PasswordInput
          label={SECRETS[auth.type]}
          placeholder={kept}
          value={auth.secret}
          disabled={disabled}
          error={faults.secret}
          autoComplete="new-password"
          onChange={({ currentTarget }) => edit({ secret: currentTarget.value })}
        />
      )}
      {auth.type === "oauth2" && (
        <>
          {line("scopes", "Scopes", "Separated by spaces. Leave empty for the server’s default.")}
          {line("audience", "Audience", "Only if the authorization server asks for one.")}
        </>
      )}
    </fieldset>
  );
}
