{{/* A Deployment of one process. The argument: root, process, replicas, command's words, probes,
     and the container port or 0. */}}
{{- define "togglemesh.deployment" -}}
{{- $root := .root -}}
{{- $who := list $root .process -}}
apiVersion: apps/v1
kind: Deployment
metadata:
  {{- include "togglemesh.metadata" $who | nindent 2 }}
spec:
  replicas: {{ .replicas }}
  selector:
    matchLabels:
      {{- include "togglemesh.selector" $who | nindent 6 }}
  strategy:
    type: RollingUpdate
    rollingUpdate: {maxUnavailable: 0, maxSurge: 1}
  template:
    metadata:
      labels:
        {{- include "togglemesh.labels" $who | nindent 8 }}
      annotations:
        # Secrets of the chart's own are read at start: new ones start new pods.
        togglemesh.dev/secrets: {{ toJson $root.Values.secrets | sha256sum | quote }}
        {{- with $root.Values.podAnnotations }}
        {{- toYaml . | nindent 8 }}
        {{- end }}
    spec:
      {{- include "togglemesh.pod" $who | nindent 6 }}
      topologySpreadConstraints:
        - maxSkew: 1
          topologyKey: kubernetes.io/hostname
          whenUnsatisfiable: ScheduleAnyway
          labelSelector:
            matchLabels:
              {{- include "togglemesh.selector" $who | nindent 14 }}
      containers:
        - command: {{ concat (list "python" "manage.py") .words | toJson }}
          {{- if .port }}
          ports:
            - {name: http, containerPort: {{ .port }}}
          {{- end }}
          {{- include "togglemesh.container" $who | nindent 10 }}
          {{- include .probes $root | nindent 10 }}
{{- end -}}

{{/* Drains leave one standing. */}}
{{- define "togglemesh.disruptionBudget" -}}
apiVersion: policy/v1
kind: PodDisruptionBudget
metadata:
  {{- include "togglemesh.metadata" . | nindent 2 }}
spec:
  maxUnavailable: 1
  selector:
    matchLabels:
      {{- include "togglemesh.selector" . | nindent 6 }}
{{- end -}}

{{- define "togglemesh.service" -}}
{{- $values := index (index . 0).Values (index . 1) -}}
apiVersion: v1
kind: Service
metadata:
  {{- include "togglemesh.metadata" . | nindent 2 }}
spec:
  type: {{ $values.service.type }}
  selector:
    {{- include "togglemesh.selector" . | nindent 4 }}
  ports:
    - {name: http, port: {{ $values.service.port }}, targetPort: http}
{{- end -}}
