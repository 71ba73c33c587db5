package dev.flint.agent.qemu;

import dev.flint.agent.instance.Mount;
import dev.flint.oci.error.ErrorCode;
import dev.flint.oci.error.FlintException;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;

/** How folders of the host get into a guest. */
final class GuestMounts {
  private final Path run;
  private final SocketNames sockets;
  private final boolean osv;
  private final List<QemuPlan.Copy> copies = new ArrayList<>();
  private final List<QemuPlan.Share> shares = new ArrayList<>();
  private final List<String> osvOptions = new ArrayList<>();
  private final List<String> notes = new ArrayList<>();

  /**
   * Nothing yet.
   *
   * @param run where files of the run are
   * @param osv whether the guest is OSv, which can be told where to mount
   */
  GuestMounts(Path run, SocketNames sockets, boolean osv) {
    this.run = run;
    this.sockets = sockets;
    this.osv = osv;
  }

  /**
   * Adds a mount.
   *
   * @throws FlintException UNSUPPORTED if this guest cannot have it
   */
  void add(Mount mount, QemuSettings settings) throws IOException {
    String target = mount.target();
    if (mount.kind() == Mount.Kind.ACCESS) {
      notes.add("mount " + target + ": left out, as a guest cannot have a token that is renewed");
      return;
    }
    if (target.indexOf(',') >= 0 || target.chars().anyMatch(c -> c < ' ')) {
      throw refused(mount, "OSv takes no commas and control characters in it", "rename it");
    }
    if (Files.isRegularFile(mount.source())) {
      throw refused(mount, "a guest mounts folders only", "mount the file's folder");
    }
    switch (mount.kind()) {
      case COPY -> copy(mount);
      case LIVE -> share(mount, settings);
      case SCRATCH ->
          throw refused(
              mount,
              "a guest has no scratch volumes",
              "write to the guest's own disk, which goes with the instance");
      case ACCESS -> {}
    }
    if (osv && !mount.readOnly()) {
      notes.add("mount " + target + ": read-only, as OSv cannot write there");
    }
  }

  private void copy(Mount mount) throws FlintException {
    if (!osv) {
      throw refused(mount, "only OSv mounts copies", "use a live mount");
    }
    int number = copies.size() + 1;
    copies.add(new QemuPlan.Copy(mount.source(), run.resolve("copy" + number + ".rofs")));
    // The root's disk is number 0 and the copies follow it in order.
    osvOptions.add("--mount-fs=rofs,/dev/vblk" + number + "," + mount.target());
  }

  private void share(Mount mount, QemuSettings settings) throws IOException {
    Path daemon = settings.shareDaemon();
    if (daemon == null) {
      throw refused(mount, "there is no virtiofsd here", "apt-get install virtiofsd");
    }
    int number = shares.size();
    Path socket = sockets.of("fs" + number);
    List<String> argv = new ArrayList<>(settings.session());
    argv.addAll(ShareDaemon.at(daemon).argv(mount, socket, osv));
    shares.add(new QemuPlan.Share(argv, socket));
    if (osv) {
      osvOptions.add("--mount-fs=virtiofs,/dev/virtiofs" + number + "," + mount.target());
    } else {
      notes.add("mount " + mount.target() + ": the guest finds it by the tag flint" + number);
    }
  }

  private static FlintException refused(Mount mount, String why, String remedy) {
    return new FlintException(
        ErrorCode.UNSUPPORTED, "cannot mount " + mount.target() + ": " + why, remedy);
  }

  List<QemuPlan.Copy> copies() {
    return copies;
  }

  List<QemuPlan.Share> shares() {
    return shares;
  }

  List<String> osvOptions() {
    return osvOptions;
  }

  List<String> notes() {
    return notes;
  }
}
