package dev.flint.agent.qemu;

import dev.flint.agent.backend.ConfigRefused;
import dev.flint.agent.backend.HostPorts;
import dev.flint.agent.instance.InstanceFolder;
import dev.flint.agent.instance.InstanceSpec;
import dev.flint.agent.instance.Mount;
import dev.flint.agent.instance.Network;
import dev.flint.agent.instance.PortForward;
import dev.flint.agent.instance.PreparedImage;
import dev.flint.oci.disk.DiskInfo;
import dev.flint.oci.disk.DiskProbe;
import dev.flint.oci.disk.GuestReader;
import dev.flint.oci.error.ErrorCode;
import dev.flint.oci.error.FlintException;
import dev.flint.osv.LaunchLine;
import dev.flint.osv.LaunchWish;
import dev.flint.osv.OsvCommandLine;
import dev.flint.osv.OsvDisk;
import java.io.IOException;
import java.nio.channels.FileChannel;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import org.jspecify.annotations.Nullable;

/** Decides how a guest is started. Looks at the disk and at the host, and changes nothing. */
final class QemuPlanner {
  private static final String ARCHITECTURE = "amd64";

  private final QemuSettings settings;

  QemuPlanner(QemuSettings settings) {
    this.settings = settings;
  }

  QemuPlan plan(InstanceSpec spec, PreparedImage image, InstanceFolder folder) throws IOException {
    if (!(image.content() instanceof PreparedImage.Disk disk)) {
      throw new FlintException(ErrorCode.UNSUPPORTED, spec.image() + " is no disk image");
    }
    String architecture = image.config().platform().architecture();
    if (!architecture.equals(ARCHITECTURE)) {
      throw new FlintException(
          ErrorCode.UNSUPPORTED,
          spec.image() + " is for " + architecture + ", not " + ARCHITECTURE);
    }
    if (!spec.extras().hosts().isEmpty()) {
      throw new ConfigRefused(
          "spec.hostAliases: not for a guest, whose /etc/hosts is on its own disk",
          "put the names into the image, or take an image of containers");
    }
    Path run = folder.run();
    SocketNames sockets = new SocketNames(folder);
    boolean anyDisk = image.config().backend().filter(QemuBackend.ANY_DISK::equals).isPresent();
    OsvDisk guest = look(spec, disk, anyDisk);
    // Nothing is written to a disk that is not said to be OSv's, whatever is on it.
    boolean osv = guest.isOsv() && !anyDisk;
    GuestSize size = GuestSize.of(spec.resources(), image.config().labels());
    List<PortForward> ports = HostPorts.choose(spec.ports());
    GuestNetwork network = GuestNetwork.of(spec.id(), run, spec.network(), ports);
    GuestNetwork.requireAddress(spec.network(), osv);
    GuestMounts mounts = new GuestMounts(run, sockets, osv);
    for (Mount mount : spec.mounts()) {
      mounts.add(mount, settings);
    }
    List<String> notes = new ArrayList<>(size.notes());
    notes.addAll(mounts.notes());
    notes.addAll(GuestSecurity.notes(spec.security()));
    QemuPlan.Overlay overlay =
        new QemuPlan.Overlay(
            run.resolve("root.qcow2"),
            disk.file(),
            disk.format(),
            disk.virtualSize(),
            osv,
            osv ? line(spec, image, guest, network, mounts) : "");
    Path pidFile = run.resolve("qemu.pid");
    Path control = sockets.of("qmp");
    Path people = sockets.of("people");
    GuestArgs args = new GuestArgs(settings, spec.id());
    args.size(size, !mounts.shares().isEmpty());
    args.root(overlay.file());
    args.copies(mounts.copies());
    args.shares(mounts.shares());
    args.network(network);
    args.console(folder.rawOut());
    args.control("control", control);
    args.control("people", people);
    args.confine(pidFile, settings.user());
    return new QemuPlan(
        args.argv(),
        settings.acceleration(),
        settings.user(),
        overlay,
        mounts.copies(),
        mounts.shares(),
        ports,
        bridgePort(spec, run),
        network.address(),
        run,
        pidFile,
        run.resolve("qemu.err"),
        folder.rawOut(),
        control,
        people,
        notes);
  }

  private QemuPlan.@Nullable Port bridgePort(InstanceSpec spec, Path run) throws FlintException {
    if (!(spec.network() instanceof Network.Bridge bridge)) {
      return null;
    }
    Path program = settings.networkProgram();
    if (program == null) {
      throw new FlintException(
          ErrorCode.UNSUPPORTED,
          "a guest is connected to a bridge by the program ip, which is not here",
          "install iproute2, or use a tap device that is there: tap:DEVICE");
    }
    String device = BridgePort.name(run);
    return new QemuPlan.Port(
        device,
        BridgePort.making(program, device, bridge.device(), GuestNetwork.mac(spec.id())),
        BridgePort.removing(program, device));
  }

  private static String line(
      InstanceSpec spec,
      PreparedImage image,
      OsvDisk guest,
      GuestNetwork network,
      GuestMounts mounts)
      throws FlintException {
    List<String> options = new ArrayList<>(network.osvOptions());
    options.addAll(mounts.osvOptions());
    OsvCommandLine disk = guest.commandLine().orElse(new OsvCommandLine(""));
    LaunchWish wish =
        new LaunchWish(spec.command(), spec.args(), spec.env(), spec.workingDir(), options);
    return LaunchLine.compose(disk, image.config(), wish).text();
  }

  /** Looks at the disk once more: it has lain in the cache since it was verified. */
  private static OsvDisk look(InstanceSpec spec, PreparedImage.Disk disk, boolean anyDisk)
      throws IOException {
    try (FileChannel channel = FileChannel.open(disk.file())) {
      DiskInfo info = DiskProbe.probe(channel, "disk of " + spec.image(), disk.format());
      if (info.virtualSize() != disk.virtualSize()) {
        throw new FlintException(
            ErrorCode.INTEGRITY, "the disk of " + spec.image() + " has another size than it had");
      }
      if (!info.bootSector()) {
        throw new FlintException(
            ErrorCode.UNSUPPORTED, "the disk of " + spec.image() + " has no boot sector");
      }
      OsvDisk guest = OsvDisk.read(GuestReader.open(channel, info), info);
      boolean told =
          !spec.command().isEmpty()
              || !spec.args().isEmpty()
              || !spec.env().isEmpty()
              || !spec.workingDir().isEmpty();
      if ((anyDisk || !guest.isOsv()) && told) {
        throw new FlintException(
            ErrorCode.UNSUPPORTED,
            spec.image() + " is not for OSv, so its guest cannot be told what to run",
            "leave out command, arguments, environment and working directory");
      }
      return guest;
    }
  }
}
