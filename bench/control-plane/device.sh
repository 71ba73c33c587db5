# shellcheck shell=bash
# shellcheck disable=SC2154 # all files are one program, and these are set in another
# What a device has: images in a registry, containerd, and the agents of two nodes: edge, with the
# certificate of a node, and edge2, with the token of a service account. For a while there is edge3,
# which gets its certificate by a token.

registry=localhost:5000
guest=$registry/test/guest:1
box=$registry/test/box:1
box2=$registry/test/box:2

flint() { FLINT_HOME="$work/maker" HOME="$work/maker" "$dist/bin/flint" "$@" >>"$work/log/images" 2>&1; }

make_images() {
  local demo root="$work/bundle/rootfs" applet
  mkdir -p "$work/maker"
  "$dist/bin/flint" self-archive >/dev/null 2>&1 || true
  launch registry env FLINT_HOME="$work/maker" "$dist/bin/flint" registry serve \
    --listen 127.0.0.1:5000 --dir "$work/registry"
  umoci init --layout "$work/box" && umoci new --image "$work/box:1" >/dev/null
  umoci unpack --image "$work/box:1" "$work/bundle" >/dev/null 2>&1
  mkdir -p "$root/bin" "$root/tmp"
  cp "$(command -v busybox)" "$root/bin/busybox"
  for applet in sh cat ls echo sleep id env mkdir touch rm wc seq date nc httpd test hostname; do
    ln -s busybox "$root/bin/$applet"
  done
  umoci repack --image "$work/box:1" "$work/bundle" >/dev/null 2>&1
  await 60 curl -sf http://127.0.0.1:5000/v2/
  flint copy "oci:$work/box:1" "$box"
  umoci config --image "$work/box:1" --tag 2 --config.env STEP=2
  flint copy "oci:$work/box:2" "$box2"
  # Stands in for the server of examples/papermc: the same port, and what it was given.
  umoci config --image "$work/box:1" --tag papermc --config.entrypoint /bin/sh \
    --config.cmd -c --config.cmd 'cat /config/server.properties; exec nc -ll -p 25565 -e cat'
  flint copy "oci:$work/box:papermc" "$registry/demo/papermc:1.16.4"
  flint demo --keep
  demo=$(sed -n 's/^flint: everything is in //p' "$work/log/images")
  flint import --disk "$demo/device/capstan/repository/flint-demo/flint-demo.qemu" "$guest"
  flint push "$guest"
  flint copy "$guest" "$registry/demo/osv-hello:1.0"
  flint import --disk "$demo/device/capstan/repository/flint-demo/flint-demo.qemu" \
    --cmd '/hello --sleep' "$registry/demo/papermc:1.16.4-osv"
  flint push "$registry/demo/papermc:1.16.4-osv"
  rm -rf "$demo" "$work/bundle" "$work/box"
}

start_containerd() {
  cat >"$work/containerd.toml" <<TOML
version = 2
root = "$work/c/root"
state = "$work/c/state"
disabled_plugins = ["io.containerd.grpc.v1.cri", "io.containerd.internal.v1.opt"]
[grpc]
  address = "$work/c.sock"
[ttrpc]
  address = "$work/c.ttrpc"
TOML
  launch containerd containerd -c "$work/containerd.toml"
  await 60 test -S "$work/c.sock"
}

# start_agent NODE [OPTIONS...]: edge answers the API server at 10250, edge2 at 10350, edge3 at 10450.
start_agent() {
  local node=$1 port=10250 kubeconfig=$pki/node.kubeconfig
  shift
  case $node in
    edge2) port=10350 kubeconfig=$pki/account.kubeconfig ;;
    edge3) port=10450 kubeconfig=$work/edge3/kubeconfig ;;
  esac
  mkdir -p "$work/$node/run"
  launch "$node" env HOME="$work/$node" FLINT_HOME="$work/$node" XDG_RUNTIME_DIR="$work/$node/run" \
    "$dist/bin/flint" agent --kubeconfig "$kubeconfig" --node-name "$node" \
    --containerd "$work/c.sock" --listen none --kubelet-listen "$address:$port" "$@"
}

# The credentials that docs/kubernetes.md says a service account has.
make_account() {
  kubectl apply -f "$here/../../docs/flint-agent-rbac.yaml"
  kubeconfig account "token: $(token flint-agent flint-agent)"
}

# token NAMESPACE SERVICE_ACCOUNT; older kubectl have no word for it.
token() {
  echo '{"apiVersion":"authentication.k8s.io/v1","kind":"TokenRequest","spec":{}}' |
    kubectl create --raw "/api/v1/namespaces/$1/serviceaccounts/$2/token" -f - | jq -r .status.token
}

agent_pid() { cat "$work/$1.pid"; }

# kill_agent NODE: as nothing can be refused; what it runs goes on.
kill_agent() {
  kill -9 "$(agent_pid "$1")"
  while kill -0 "$(agent_pid "$1")" 2>/dev/null; do sleep 0.1; done
}

node_ready() { ready_since node "$1" | grep -q '^True'; }

# What runs on a node: folders of instances.
instances() { find "$work/$1/agent/instances" -mindepth 1 -maxdepth 1 -printf '%f\n' 2>/dev/null | sort; }

stop_device() {
  local node ns pid
  for node in edge edge2 edge3; do
    [ ! -f "$work/$node.pid" ] || kill -9 "$(cat "$work/$node.pid")" 2>/dev/null
  done
  # Containers, and with them their cgroups; guests end with the first process of all.
  for ns in $(ctr -a "$work/c.sock" namespaces ls -q 2>/dev/null); do
    for pid in $(ctr -a "$work/c.sock" -n "$ns" tasks ls -q 2>/dev/null); do
      ctr -a "$work/c.sock" -n "$ns" tasks rm -f "$pid" >/dev/null 2>&1
    done
  done
  for pid in "$work"/containerd.pid "$work"/registry.pid; do
    [ ! -f "$pid" ] || kill "$(cat "$pid")" 2>/dev/null
  done
  # Mounts are of this namespace of mounts, and go with it; before that the folder is not empty.
  awk -v w="$work/" 'index($2, w) == 1 { print $2 }' /proc/self/mounts | sort -r |
    while read -r mount; do umount -l "$mount"; done
}
