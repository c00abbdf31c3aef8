import { Switch, Textarea } from "@mantine/core";
import styles from "./Fields.module.css";
import type { TlsDraft, TlsFaults } from "./tlsDraft";

interface Props {
  tls: TlsDraft;
  onChange: (tls: TlsDraft) => void;
  faults?: TlsFaults | undefined;
  disabled?: boolean;
}

/** TLS with the receiver, where it is not as with everybody's. Keys at the server are never shown. */
export function TlsField({ tls, onChange, faults = {}, disabled = false }: Props) {
  const edit = (change: Partial<TlsDraft>) => onChange({ ...tls, ...change });
  const text = (field: "client_cert" | "client_key" | "ca" | "pins", label: string, description: string, placeholder: string) => (
    <Textarea
      label={label}
      description={description}
      placeholder={placeholder}
      autosize
      minRows={2}
      maxRows={6}
      value={tls[field]}
      disabled={disabled}
      error={faults[field]}
      autoComplete="off"
      spellCheck={false}
      classNames={{ input: "n-mono" }}
      onChange={({ currentTarget }) => edit({ [field]: currentTarget.value })}
    />
  );
  const kept = "*** (kept)";
  return (
    <fieldset className={styles.headers}>
      <legend>TLS</legend>
      {faults.tls !== undefined && (
        <p className="n-small" role="alert">
          {faults.tls}
        </p>
      )}
      <Switch
        label="Client certificate (mutual TLS)"
        disabled={disabled}
        checked={tls.client}
        onChange={({ currentTarget }) => edit({ client: currentTarget.checked })}
      />
      {tls.client && (
        <>
          {text("client_cert", "Certificate", "PEM with its chain, the client’s own certificate first.", tls.keptClient ? kept : "-----BEGIN CERTIFICATE-----")}
          {text("client_key", "Private key", "PEM, not encrypted.", tls.keptClient ? kept : "-----BEGIN PRIVATE KEY-----")}
        </>
      )}
      <Switch
        label="Own certificate authorities"
        description="Accept only certificates issued under these, instead of the public authorities."
        disabled={disabled}
        checked={tls.authorities}
        onChange={({ currentTarget }) => edit({ authorities: currentTarget.checked })}
      />
      {tls.authorities && text("ca", "Authorities", "PEM.", tls.keptAuthorities ? kept : "-----BEGIN CERTIFICATE-----")}
      {text("pins", "Pinned public keys", "One per line: SHA-256 of the receiver’s public key in base64. Leave empty to accept any key.", "")}
    </fieldset>
  );
}
