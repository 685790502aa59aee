{{/* Names and labels. The argument is (list $ "process") where a process is meant, else $. */}}

{{- define "togglemesh.name" -}}
{{- $root := index . 0 -}}
{{- printf "%s-%s" ($root.Release.Name | trunc 50 | trimSuffix "-") (index . 1) -}}
{{- end -}}

{{- define "togglemesh.labels" -}}
{{ include "togglemesh.selector" . }}
app.kubernetes.io/version: {{ (index . 0).Chart.AppVersion | quote }}
app.kubernetes.io/managed-by: {{ (index . 0).Release.Service }}
app.kubernetes.io/part-of: togglemesh
{{- end -}}

{{- define "togglemesh.selector" -}}
app.kubernetes.io/name: togglemesh
app.kubernetes.io/instance: {{ (index . 0).Release.Name }}
app.kubernetes.io/component: {{ index . 1 }}
{{- end -}}

{{- define "togglemesh.metadata" -}}
name: {{ include "togglemesh.name" . }}
namespace: {{ (index . 0).Release.Namespace }}
labels:
  {{- include "togglemesh.labels" . | nindent 2 }}
{{- end -}}

{{/* The Secret that a process reads. */}}
{{- define "togglemesh.secret" -}}
{{- $own := ternary "migrate" "secrets" (eq (index . 1) "migrate") -}}
{{- (index . 0).Values.secrets.existingSecret | default (include "togglemesh.name" (list (index . 0) $own)) -}}
{{- end -}}

{{/* Annotations of what the migration job needs, and only it. */}}
{{- define "togglemesh.beforeMigration" -}}
annotations:
  helm.sh/hook: pre-install,pre-upgrade
  helm.sh/hook-weight: "-10"
  helm.sh/hook-delete-policy: before-hook-creation,hook-succeeded
{{- end -}}
