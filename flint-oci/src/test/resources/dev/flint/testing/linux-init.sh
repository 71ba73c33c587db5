#!/bin/busybox sh
# The only program of the Linux guest that tests boot: a network, a web server, an echo of
# datagrams, the power button, and orders by HTTP.
/bin/busybox mkdir -p /proc /sys /dev
/bin/busybox --install -s /bin
export PATH=/bin
mount -t proc none /proc
mount -t sysfs none /sys
mount -t devtmpfs none /dev
while read -r module; do
  insmod "/modules/$module.ko" || echo "no module $module"
done </modules/order

ip link set lo up
# Linux gives its program what it does not know itself as variables.
ip address add "$guest_ip" dev eth0
ip link set eth0 up
ip route add default via 10.0.2.2 2>/dev/null

/udp-echo &
httpd -p 8080 -h /www

# One event of the power button is 24 bytes or more; several devices may be buttons.
for device in /dev/input/event*; do
  (
    head -c 24 "$device" >/dev/null
    echo 'power button'
    poweroff -f
  ) &
done

mkdir /share
if mount -t virtiofs flint0 /share 2>/dev/null; then
  echo "share: $(cat /share/greeting)"
  echo 'from the guest' >/share/answer
fi
echo 'guest is ready'

# An order is the status to end with.
until [ -s /order ]; do
  sleep 1
done
echo "program exited with status $(cat /order)"
poweroff -f
