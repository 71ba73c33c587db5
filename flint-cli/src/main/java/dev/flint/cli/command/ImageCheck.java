package dev.flint.cli.command;

import dev.flint.agent.Backends;
import dev.flint.agent.backend.Backend;
import dev.flint.agent.backend.Finding;
import dev.flint.agent.image.Admission;
import dev.flint.agent.image.ImagePreparer;
import dev.flint.agent.instance.InstanceSpec;
import dev.flint.agent.instance.PreparedImage;
import dev.flint.agent.qemu.HostFacts;
import dev.flint.cli.console.Sizes;
import dev.flint.oci.Descriptor;
import dev.flint.oci.FeatherKeys;
import dev.flint.oci.Platform;
import dev.flint.oci.Reference;
import dev.flint.oci.disk.DiskInfo;
import dev.flint.oci.disk.DiskProbe;
import dev.flint.oci.disk.GuestReader;
import dev.flint.oci.error.FlintException;
import dev.flint.oci.foreignimage.Carried;
import dev.flint.oci.image.DiskImage;
import dev.flint.oci.store.OciLayout;
import dev.flint.oci.transfer.LayoutImages;
import dev.flint.osv.OsvDisk;
import dev.flint.osv.RootFileSystem;
import java.io.Closeable;
import java.io.IOException;
import java.nio.channels.FileChannel;
import java.util.ArrayList;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.Optional;

/** What an image needs, beside what this host has. */
final class ImageCheck {
  private static final String CONTAINERS = "containerd";
  private static final long MAX_SIZE = 64L << 30;

  private final Context context;
  private final RegistryOptions registry;

  ImageCheck(Context context, RegistryOptions registry) {
    this.context = context;
    this.registry = registry;
  }

  /** Looks at everything; of the image only manifest and config are read. */
  List<Finding> check(Reference reference, InstanceSpec spec) throws IOException {
    try (OciLayout store = context.store();
        OciLayout.Use use = store.use()) {
      LayoutImages local = new LayoutImages(store);
      boolean here = local.find(reference).isPresent();
      DiskImage image =
          DiskImage.read(
              here ? local : context.source(registry, reference), reference, Platform.host());
      Optional<FlintException> carried = Carried.refusal(reference, image);
      if (carried.isPresent()) {
        return List.of(
            Finding.refused(
                "backend", String.valueOf(carried.get().getMessage()), carried.get().remedy()));
      }
      List<Finding> findings = new ArrayList<>(backend(spec, image));
      findings.addAll(content(image, here));
      return findings;
    }
  }

  private List<Finding> backend(InstanceSpec spec, DiskImage image) throws IOException {
    Map<String, Backend> backends = Backends.of(context.env(), context.state(), Optional.empty());
    String name = image.config().backend().orElse(CONTAINERS);
    Backend backend = backends.get(name);
    if (backend == null) {
      return List.of(
          Finding.refused(
              "backend",
              name + " is not enabled here",
              name.equals(CONTAINERS) ? "start containerd" : "install qemu-system-x86"));
    }
    try {
      List<Finding> findings = new ArrayList<>();
      findings.add(Finding.ok("backend", name));
      findings.addAll(backend.preflight(spec, image.config()));
      return findings;
    } finally {
      for (Backend each : backends.values()) {
        if (each instanceof Closeable closeable) {
          closeable.close();
        }
      }
    }
  }

  private List<Finding> content(DiskImage image, boolean local) throws IOException {
    ImagePreparer preparer =
        new ImagePreparer(
            context.state().images(), context.diskPull(MAX_SIZE), MAX_SIZE, Admission.ALL);
    Optional<PreparedImage.Content> unpacked = preparer.here(image);
    List<Finding> findings = new ArrayList<>();
    if (unpacked.isPresent()) {
      findings.add(Finding.ok("download", "0 B, it is unpacked here"));
      if (unpacked.get() instanceof PreparedImage.Disk disk) {
        findings.add(root(disk));
      }
      return findings;
    }
    long packed = 0;
    for (Descriptor layer : image.manifest().layers()) {
      packed += layer.size();
    }
    findings.add(
        Finding.ok(
            "download",
            local
                ? "0 B, it is in the local store"
                : "at most " + Sizes.of(packed) + ", less what other images share with it"));
    findings.add(room(packed, virtualSize(image)));
    return findings;
  }

  private Finding room(long packed, long unpacked) throws IOException {
    long free = HostFacts.read(context.state().root()).freeBytes();
    String detail =
        Sizes.of(packed)
            + " packed"
            + (unpacked > 0 ? ", at most " + Sizes.of(unpacked) + " as a disk" : "")
            + ", "
            + Sizes.of(free)
            + " free";
    if (packed > free) {
      return Finding.refused("disk", detail, "make room in " + context.state().root());
    }
    return unpacked > free
        ? Finding.warning("disk", detail, "it fits only as long as most of it is empty")
        : Finding.ok("disk", detail);
  }

  /** A hint of the image in bytes, or 0. */
  private static long virtualSize(DiskImage image) throws IOException {
    try {
      return Long.parseLong(image.diskFact(FeatherKeys.DISK_VIRTUAL_SIZE).orElse("0"));
    } catch (NumberFormatException e) {
      return 0;
    }
  }

  private static Finding root(PreparedImage.Disk disk) throws IOException {
    try (FileChannel channel = FileChannel.open(disk.file())) {
      DiskInfo info = DiskProbe.probe(channel, "disk " + disk.digest(), disk.format());
      if (!info.bootSector()) {
        return Finding.refused("root", "the disk has no boot sector", "use a disk a BIOS boots");
      }
      GuestReader guest = GuestReader.open(channel, info);
      if (!OsvDisk.read(guest, info).isOsv()) {
        return Finding.ok("root", "not OSv, so nobody knows");
      }
      RootFileSystem root = RootFileSystem.read(guest);
      return root == RootFileSystem.UNKNOWN
          ? Finding.warning("root", "OSv, no file system that is known", "")
          : Finding.ok("root", "OSv, " + root.name().toLowerCase(Locale.ROOT));
    }
  }
}
