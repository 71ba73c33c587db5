package dev.flint.agent.qemu;

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
    Path run = folder.run();
    SocketNames sockets = new SocketNames(folder);
    OsvDisk guest = look(spec, disk);
    boolean osv = guest.isOsv();
    GuestSize size = GuestSize.of(spec.resources(), image.config().labels());
    List<PortForward> ports = HostPorts.choose(spec.ports());
    GuestNetwork network = GuestNetwork.of(spec.id(), spec.network(), ports);
    GuestMounts mounts = new GuestMounts(run, sockets, osv);
    for (Mount mount : spec.mounts()) {
      mounts.add(mount, settings.shareDaemon());
    }
    List<String> notes = new ArrayList<>(size.notes());
    notes.addAll(mounts.notes());
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
    args.confine(pidFile, settings.user(), spec.network() instanceof Network.Bridge);
    return new QemuPlan(
        args.argv(),
        settings.acceleration(),
        settings.user(),
        overlay,
        mounts.copies(),
        mounts.shares(),
        ports,
        run,
        pidFile,
        run.resolve("qemu.err"),
        folder.rawOut(),
        control,
        people,
        notes);
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
  private static OsvDisk look(InstanceSpec spec, PreparedImage.Disk disk) throws IOException {
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
      if (!guest.isOsv() && told) {
        throw new FlintException(
            ErrorCode.UNSUPPORTED,
            spec.image() + " is not OSv, so its guest cannot be told what to run",
            "leave out command, arguments, environment and working directory");
      }
      return guest;
    }
  }
}
