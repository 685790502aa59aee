{{/* What all pods share: nothing writable but /tmp, no privileges, no token unless asked for. */}}

{{- define "togglemesh.pod" -}}
{{- $root := index . 0 -}}
serviceAccountName: {{ include "togglemesh.name" . }}
automountServiceAccountToken: {{ eq (index . 1) "worker" }}
securityContext:
  runAsNonRoot: true
  runAsUser: 10001
  runAsGroup: 10001
  fsGroup: 10001
  seccompProfile: {type: RuntimeDefault}
volumes:
  - name: tmp
    emptyDir: {sizeLimit: 256Mi}
{{- with $root.Values.image.pullSecrets }}
imagePullSecrets:
  {{- range . }}
  - name: {{ . }}
  {{- end }}
{{- end }}
{{- with $root.Values.nodeSelector }}
nodeSelector: {{- toYaml . | nindent 2 }}
{{- end }}
{{- with $root.Values.tolerations }}
tolerations: {{- toYaml . | nindent 2 }}
{{- end }}
{{- with $root.Values.affinity }}
affinity: {{- toYaml . | nindent 2 }}
{{- end }}
{{- end -}}

{{- define "togglemesh.container" -}}
{{- $who := . -}}
{{- $root := index . 0 -}}
name: {{ index . 1 }}
image: "{{ $root.Values.image.repository }}:{{ $root.Values.image.tag | default $root.Chart.AppVersion }}"
imagePullPolicy: {{ $root.Values.image.pullPolicy }}
resources: {{- toYaml (index $root.Values (index . 1)).resources | nindent 2 }}
securityContext:
  allowPrivilegeEscalation: false
  readOnlyRootFilesystem: true
  capabilities: {drop: [ALL]}
volumeMounts:
  - {name: tmp, mountPath: /tmp}
env:
  - {name: PYTHONUNBUFFERED, value: "1"}
  - {name: PYTHONDONTWRITEBYTECODE, value: "1"}
  - {name: TOGGLEMESH_HOME, value: /tmp/togglemesh}
  - {name: TOGGLEMESH_HOST, value: 0.0.0.0}
  - {name: TOGGLEMESH_PORT, value: "8000"}
  - {name: TOGGLEMESH_EVALUATION_PORT, value: "8010"}
  - {name: TOGGLEMESH_PUBLIC_URL, value: {{ trimSuffix "/" $root.Values.publicUrl | quote }}}
  - {name: TOGGLEMESH_TRUSTED_PROXIES, value: {{ join "," $root.Values.trustedProxies | quote }}}
  {{- range list "TOGGLEMESH_SECRET_KEY" "DATABASE_URL" "REDIS_URL" }}
  - name: {{ . }}
    valueFrom:
      secretKeyRef: {name: {{ include "togglemesh.secret" $who }}, key: {{ . }}}
  {{- end }}
{{- end -}}

{{/* A web server: alive when it turns, ready when it has what it needs. Its own name is always
     among the hosts that it answers for; the pod's address is not. */}}
{{- define "togglemesh.httpProbes" -}}
startupProbe:
  httpGet: &alive
    path: /healthz
    port: http
    httpHeaders: [{name: Host, value: 127.0.0.1}]
  periodSeconds: 2
  failureThreshold: 60
livenessProbe:
  httpGet: *alive
  periodSeconds: 10
  timeoutSeconds: 5
readinessProbe:
  httpGet:
    path: /readyz
    port: http
    httpHeaders: [{name: Host, value: 127.0.0.1}]
  periodSeconds: 5
  timeoutSeconds: 5
{{- end -}}

{{/* A process without a port touches a file while it works. */}}
{{- define "togglemesh.heartbeatProbes" -}}
startupProbe:
  exec: {command: [test, -e, /tmp/heartbeat]}
  periodSeconds: 2
  failureThreshold: 60
livenessProbe:
  exec: {command: [sh, -c, 'test -n "$(find /tmp/heartbeat -mmin -1)"']}
  periodSeconds: 20
  timeoutSeconds: 5
{{- end -}}
