{{- define "nuncio.name" -}}
{{- $name := .Chart.Name -}}
{{- if contains $name .Release.Name -}}
{{- .Release.Name | trunc 52 | trimSuffix "-" -}}
{{- else -}}
{{- printf "%s-%s" .Release.Name $name | trunc 52 | trimSuffix "-" -}}
{{- end -}}
{{- end -}}

{{- define "nuncio.selector" -}}
app.kubernetes.io/name: {{ .Chart.Name }}
app.kubernetes.io/instance: {{ .Release.Name }}
{{- end -}}

{{- define "nuncio.labels" -}}
{{ include "nuncio.selector" . }}
app.kubernetes.io/version: {{ .Chart.AppVersion | quote }}
app.kubernetes.io/managed-by: {{ .Release.Service }}
helm.sh/chart: {{ printf "%s-%s" .Chart.Name .Chart.Version }}
{{- end -}}

{{- define "nuncio.image" -}}
{{- if .Values.image.digest -}}
{{ .Values.image.repository }}@{{ .Values.image.digest }}
{{- else -}}
{{ .Values.image.repository }}:{{ .Values.image.tag | default .Chart.AppVersion }}
{{- end -}}
{{- end -}}

{{- define "nuncio.secret" -}}
{{ .Values.secret.existing | default (include "nuncio.name" .) }}
{{- end -}}

{{/* The pod of both kinds. */}}
{{- define "nuncio.pod" -}}
metadata:
  labels:
    {{- include "nuncio.labels" . | nindent 4 }}
    {{- with .Values.podLabels }}{{ toYaml . | nindent 4 }}{{ end }}
  annotations:
    {{- if not .Values.secret.existing }}
    checksum/secret: {{ toJson .Values.secret | sha256sum }}
    {{- end }}
    {{- with .Values.podAnnotations }}{{ toYaml . | nindent 4 }}{{ end }}
spec:
  serviceAccountName: {{ include "nuncio.name" . }}
  automountServiceAccountToken: false
  # Kubernetes would set variables such as NUNCIO_PORT, of which the server warns.
  enableServiceLinks: false
  # The server takes up to 25 seconds to finish what has begun.
  terminationGracePeriodSeconds: 35
  {{- with .Values.imagePullSecrets }}
  imagePullSecrets: {{ toYaml . | nindent 4 }}
  {{- end }}
  {{- with .Values.priorityClassName }}
  priorityClassName: {{ . }}
  {{- end }}
  securityContext:
    runAsNonRoot: true
    runAsUser: 65532
    runAsGroup: 65532
    fsGroup: 65532
    fsGroupChangePolicy: OnRootMismatch
    seccompProfile:
      type: RuntimeDefault
  containers:
    - name: nuncio
      image: {{ include "nuncio.image" . }}
      imagePullPolicy: {{ .Values.image.pullPolicy }}
      securityContext:
        allowPrivilegeEscalation: false
        readOnlyRootFilesystem: true
        capabilities:
          drop: [ALL]
      ports:
        - name: http
          containerPort: 8484
        - name: metrics
          containerPort: 9484
      env:
        - name: NUNCIO_LISTEN
          value: ":8484"
        - name: NUNCIO_METRICS_LISTEN
          value: ":9484"
        - name: NUNCIO_PUBLIC_URL
          value: {{ .Values.publicUrl | quote }}
        {{- with .Values.trustedProxies }}
        - name: NUNCIO_TRUSTED_PROXIES
          value: {{ join "," . | quote }}
        {{- end }}
        {{- with .Values.allowCidr }}
        - name: NUNCIO_ALLOW_CIDR
          value: {{ join "," . | quote }}
        {{- end }}
        {{- range $name, $value := .Values.env }}
        - name: {{ $name }}
          value: {{ $value | quote }}
        {{- end }}
        {{- $keys := list "ADMIN_KEY" "MASTER_KEY" "METRICS_KEY" }}
        {{- if eq .Values.store.kind "postgres" }}{{ $keys = append $keys "STORE" }}{{ end }}
        {{- range $keys }}
        - name: NUNCIO_{{ . }}
          valueFrom:
            secretKeyRef:
              name: {{ include "nuncio.secret" $ }}
              key: NUNCIO_{{ . }}
        {{- end }}
      # A start may have to migrate the database or wait for it.
      startupProbe:
        httpGet: {path: /healthz, port: metrics}
        periodSeconds: 2
        failureThreshold: 150
      livenessProbe:
        httpGet: {path: /healthz, port: metrics}
        periodSeconds: 10
        timeoutSeconds: 5
        failureThreshold: 6
      readinessProbe:
        httpGet: {path: /readyz, port: metrics}
        periodSeconds: 5
        timeoutSeconds: 5
      resources: {{ toYaml .Values.resources | nindent 8 }}
      volumeMounts:
        - name: data
          mountPath: /data
  {{- if eq .Values.store.kind "postgres" }}
  volumes:
    - name: data
      emptyDir: {sizeLimit: 1Mi}
  {{- end }}
  {{- with .Values.nodeSelector }}
  nodeSelector: {{ toYaml . | nindent 4 }}
  {{- end }}
  {{- with .Values.tolerations }}
  tolerations: {{ toYaml . | nindent 4 }}
  {{- end }}
  {{- with .Values.affinity }}
  affinity: {{ toYaml . | nindent 4 }}
  {{- end }}
{{- end -}}
