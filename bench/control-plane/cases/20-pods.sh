# shellcheck shell=bash
# shellcheck disable=SC2154 # all files are one program, and these are set in another
# Pods, alone and of controllers.

case_deployments_are_available() {
  local begin
  begin=$(now)
  { deployment box 1 edge "$(box_container main "$sleeper")"; echo ---
    deployment guest 1 edge "$(guest_container)"; } | kubectl apply -f -
  available box
  note "container after $(seconds_since "$begin") s"
  available guest
  note "OSv guest after $(seconds_since "$begin") s"
}

case_pod_of_a_guest_and_a_container() {
  local begin
  begin=$(now)
  deployment mixed 1 edge "$(guest_container; box_container main "$sleeper")" | kubectl apply -f -
  available mixed
  note "after $(seconds_since "$begin") s"
  local pod
  pod=$(pods_of mixed)
  same Running "$(phase "$pod")" phase
  same "$address" "$(field pod "$pod" '{.status.hostIP}')" hostIP
  same "$address" "$(field pod "$pod" '{.status.podIP}')" podIP
  has "$(field pod "$pod" '{.status.containerStatuses[*].imageID}')" @sha256:
  has "$(field pod "$pod" '{.status.conditions[*].type}')" ContainersReady
  same Burstable "$(field pod "$pod" '{.status.qosClass}')" qosClass
}

case_rolling_update() {
  local begin old
  old=$(pods_of box)
  begin=$(now)
  kubectl set image deployment/box "main=$box2"
  kubectl rollout status --timeout="$((120 * slow))s" deployment/box
  note "container after $(seconds_since "$begin") s"
  await 60 is_gone pod "$old"
  has "$(field pod "$(pods_of box)" '{.status.containerStatuses[0].image}')" "$box2"
  begin=$(now)
  kubectl set env deployment/guest STEP=2
  kubectl rollout status --timeout="$((120 * slow))s" deployment/guest
  note "guest after $(seconds_since "$begin") s"
  kubectl rollout undo deployment/box
  kubectl rollout status --timeout="$((120 * slow))s" deployment/box
  await_text 60 1 count_pods box
}

case_scale_up_and_down() {
  local begin
  begin=$(now)
  kubectl scale deployment/box --replicas=5
  await_text 120 5 field deployment box '{.status.readyReplicas}'
  note "5 after $(seconds_since "$begin") s"
  begin=$(now)
  kubectl scale deployment/box --replicas=1
  await_text 60 1 count_pods box
  note "1 after $(seconds_since "$begin") s"
  await_text 60 1 field deployment box '{.status.readyReplicas}'
}

case_deleted_pod_has_its_grace() {
  local begin
  # The first ends at once when asked, the second must be killed, the third is not given the time.
  pod polite edge "$(box_container main "$sleeper")" | kubectl apply -f -
  pod deaf edge "$(box_container main "trap '' TERM; while :; do sleep 1; done")" | kubectl apply -f -
  pod hasty edge "$(box_container main "trap '' TERM; while :; do sleep 1; done")" | kubectl apply -f -
  kubectl wait --for=condition=Ready --timeout="$((90 * slow))s" pod/polite pod/deaf pod/hasty
  begin=$(now)
  kubectl delete pod polite
  note "asked: $(seconds_since "$begin") s"
  [ $(($(now) - begin)) -lt 4500 ] || fail "it was not asked"
  begin=$(now)
  kubectl delete pod deaf --grace-period=3
  note "killed: $(seconds_since "$begin") s"
  [ $(($(now) - begin)) -ge 2900 ] || fail "it had no grace"
  begin=$(now)
  kubectl delete pod hasty --grace-period=0 --force
  await 20 no_instance hasty
  note "forced: $(seconds_since "$begin") s"
}

no_instance() { ! instances edge | grep -q "_$1_"; }

case_ends_are_told() {
  pod good edge "$(box_container main 'exit 0')" 'restartPolicy: Never' | kubectl apply -f -
  pod bad edge "$(box_container main 'exit 7')" 'restartPolicy: Never' | kubectl apply -f -
  await_text 60 Succeeded phase good
  await_text 60 Failed phase bad
  same 7 "$(field pod bad '{.status.containerStatuses[0].state.terminated.exitCode}')" exitCode
  same Completed "$(field pod good '{.status.containerStatuses[0].state.terminated.reason}')" reason
  kubectl delete pod good bad
}

case_jobs_end() {
  cat <<YAML | kubectl apply -f -
apiVersion: batch/v1
kind: Job
metadata: {name: three}
spec:
  completions: 3
  parallelism: 3
  template:
    spec:
      restartPolicy: Never
$(placement '' | indent 6)
      containers:
$(box_container main 'echo done' | indent 6)
---
apiVersion: batch/v1
kind: Job
metadata: {name: fails}
spec:
  backoffLimit: 0
  template:
    spec:
      restartPolicy: Never
$(placement '' | indent 6)
      containers:
$(box_container main 'exit 3' | indent 6)
YAML
  kubectl wait --for=condition=Complete --timeout="$((90 * slow))s" job/three
  kubectl wait --for=condition=Failed --timeout="$((90 * slow))s" job/fails
  kubectl delete job three fails
  await 60 is_gone pods -l job-name=three
}

case_stateful_set_goes_through_its_names() {
  cat <<YAML | kubectl apply -f -
apiVersion: apps/v1
kind: StatefulSet
metadata: {name: set}
spec:
  serviceName: set
  replicas: 2
  selector: {matchLabels: {app: set}}
  template:
    metadata: {labels: {app: set}}
    spec:
$(placement edge | indent 6)
      containers:
$(box_container main "$sleeper" | indent 6)
YAML
  kubectl rollout status --timeout="$((90 * slow))s" statefulset/set
  local uid
  uid=$(field pod set-0 '{.metadata.uid}')
  kubectl set image statefulset/set "main=$box2"
  kubectl rollout status --timeout="$((120 * slow))s" statefulset/set
  [ "$(field pod set-0 '{.metadata.uid}')" != "$uid" ] || fail "set-0 was not replaced"
  has "$(field pod set-0 '{.status.containerStatuses[0].image}')" "$box2"
  kubectl delete statefulset set
  await 60 is_gone pods -l app=set
}

case_daemon_set_is_on_each_node() {
  cat <<YAML | kubectl apply -f -
apiVersion: apps/v1
kind: DaemonSet
metadata: {name: everywhere}
spec:
  selector: {matchLabels: {app: everywhere}}
  template:
    metadata: {labels: {app: everywhere}}
    spec:
$(placement '' | indent 6)
      containers:
$(box_container main "$sleeper" | indent 6)
YAML
  await_text 90 2 field daemonset everywhere '{.status.numberReady}'
  same 'edge edge2' "$(kubectl get pods -l app=everywhere -o json |
    jq -r '[.items[].spec.nodeName] | sort | join(" ")')" nodes
  kubectl delete daemonset everywhere
  await 60 is_gone pods -l app=everywhere
}

case_what_goes_wrong_is_told() {
  pod nowhere edge "$(box_container main true "$registry/test/none:1")" | kubectl apply -f -
  pod crashes edge "$(box_container main 'echo no; exit 1')" | kubectl apply -f -
  pod odd edge "$(box_container main true)" 'hostPID: true' | kubectl apply -f -
  pod waits edge "- {name: main, image: \"$box\", envFrom: [{configMapRef: {name: none}}]}" |
    kubectl apply -f -
  await 60 waits_for nowhere ErrImagePull ImagePullBackOff
  await 60 waits_for crashes CrashLoopBackOff CrashLoopBackOff
  await 60 waits_for waits CreateContainerConfigError CreateContainerConfigError
  await_text 30 UnsupportedPod field pod odd '{.status.reason}'
  has "$(field pod odd '{.status.message}')" spec.hostPID
  has "$(kubectl logs nowhere 2>&1 || true)" 'waiting to start'
  kubectl delete pod nowhere crashes odd waits
}

waits_for() { case $(waiting "$1") in "$2" | "$3") ;; *) return 1 ;; esac; }

# A pod with more in a volume than it may have goes, and its controller makes another; one in memory
# takes no more than fits.
case_disk_limits_are_kept() {
  local begin
  begin=$(now)
  deployment full 1 edge "- name: main
  image: \"$box\"
  command: [/bin/sh, -c, 'dd if=/dev/zero of=/v/f bs=1M count=4; exec sleep 1000']
  volumeMounts: [{name: v, mountPath: /v}]
volumes: [{name: v, emptyDir: {sizeLimit: 1Mi}}]" | kubectl apply -f -
  pod inmemory edge "- name: main
  image: \"$box\"
  command: [/bin/sh, -c, 'grep \" /v tmpfs\" /proc/mounts; dd if=/dev/zero of=/v/f bs=1M count=4']
  volumeMounts: [{name: v, mountPath: /v}]" 'restartPolicy: Never
volumes: [{name: v, emptyDir: {medium: Memory, sizeLimit: 2Mi}}]' | kubectl apply -f -
  await_text 60 'Usage of EmptyDir volume "v" exceeds the limit "1Mi". ' evicted full
  note "evicted after $(seconds_since "$begin") s"
  await 30 has_another full
  await_text 30 Failed phase inmemory
  has "$(kubectl logs inmemory)" tmpfs
  has "$(kubectl logs inmemory)" 'No space left'
  kubectl delete deployment/full pod/inmemory
  await_text 60 0 count_pods full
}

# Why the first pod of an application that was evicted was.
evicted() {
  kubectl get pods -l "app=$1" -o json |
    jq -r '[.items[] | select(.status.reason == "Evicted")][0].status.message // ""'
}

has_another() { [ "$(count_pods "$1")" -gt 1 ]; }

case_probes_and_endpoints() {
  cat <<YAML | kubectl apply -f -
apiVersion: v1
kind: Service
metadata: {name: web}
spec: {selector: {app: web}, ports: [{port: 80, targetPort: 8081}]}
YAML
  pod web edge "- name: main
  image: \"$box\"
  command: [/bin/sh, -c, 'mkdir -p /tmp/w; echo hi >/tmp/w/index.html; exec httpd -f -p 8081 -h /tmp/w']
  ports: [{containerPort: 8081}]
  readinessProbe: {httpGet: {path: /index.html, port: 8081}, periodSeconds: 1, failureThreshold: 1}
  livenessProbe: {httpGet: {path: /index.html, port: 8081}, periodSeconds: 1, failureThreshold: 30}" |
    kubectl apply -f -
  kubectl wait --for=condition=Ready --timeout="$((60 * slow))s" pod/web
  await_text 30 "$address" kubectl get endpointslices -l kubernetes.io/service-name=web \
    -o 'jsonpath={.items[*].endpoints[?(@.conditions.ready==true)].addresses[*]}'
  kubectl delete pod/web service/web
}

# With stand-ins for the images; that of Paper for OSv boots, but listens at no port.
case_examples_run_as_they_are() {
  kubectl apply -f "$here/../../examples/osv-hello/kubernetes.yaml" \
    -f "$here/../../examples/papermc/kubernetes.yaml"
  available osv-hello
  available papermc-container
  has "$(kubectl logs deployment/osv-hello)" 'Flint osv-hello guest'
  has "$(kubectl logs deployment/papermc-container)" level-seed=-11970185
  await_text 60 Running kubectl get pods -l variant=osv -o 'jsonpath={.items[0].status.phase}'
  has "$(kubectl logs -l variant=osv)" 'Flint osv-hello guest'
  kubectl delete -f "$here/../../examples/osv-hello/kubernetes.yaml" \
    -f "$here/../../examples/papermc/kubernetes.yaml"
  await 60 is_gone pods -l 'app in (osv-hello, papermc)'
}
