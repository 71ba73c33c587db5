package dev.flint.bench.input;

import dev.flint.bench.machine.Folders;
import dev.flint.bench.machine.Programs;
import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;

/**
 * An OCI layout of one image, {@code x}, whose one layer is an uncompressed tar of one file: what a
 * user of a tool that knows no disks has to make first. Made when first asked for.
 */
public final class PlainLayout {
  private final Path disk;
  private final Path folder;

  PlainLayout(Path disk, Path folder) {
    this.disk = disk;
    this.folder = folder;
  }

  /** The layout's folder. */
  public Path folder() throws IOException {
    if (!Files.exists(folder)) {
      make(Folders.empty(folder.resolveSibling(folder.getFileName() + ".part")));
    }
    return folder;
  }

  /** The tar. */
  public Path tar() throws IOException {
    return folder().resolve("layer.tar");
  }

  private void make(Path part) throws IOException {
    Path tar = part.resolve("layer.tar");
    Programs.run(
        "tar",
        "-cf",
        tar.toString(),
        "-C",
        String.valueOf(disk.getParent()),
        String.valueOf(disk.getFileName()));
    Path blobs = Files.createDirectories(part.resolve("blobs/sha256"));
    String layer = sha256(tar);
    Files.createLink(blobs.resolve(layer), tar);
    Added config =
        add(
            blobs,
            """
            {"architecture":"amd64","os":"linux","config":{},\
            "rootfs":{"type":"layers","diff_ids":["sha256:%s"]}}"""
                .formatted(layer));
    Added manifest =
        add(
            blobs,
            """
            {"schemaVersion":2,"mediaType":"application/vnd.oci.image.manifest.v1+json",\
            "config":{"mediaType":"application/vnd.oci.image.config.v1+json",\
            "digest":"sha256:%s","size":%d},\
            "layers":[{"mediaType":"application/vnd.oci.image.layer.v1.tar",\
            "digest":"sha256:%s","size":%d}]}"""
                .formatted(config.sha256, config.size, layer, Files.size(tar)));
    Files.writeString(
        part.resolve("index.json"),
        """
        {"schemaVersion":2,"manifests":[{\
        "mediaType":"application/vnd.oci.image.manifest.v1+json",\
        "digest":"sha256:%s","size":%d,\
        "annotations":{"org.opencontainers.image.ref.name":"x"}}]}"""
            .formatted(manifest.sha256, manifest.size));
    Files.writeString(part.resolve("oci-layout"), "{\"imageLayoutVersion\":\"1.0.0\"}");
    Files.move(part, folder);
  }

  private record Added(String sha256, long size) {}

  private static Added add(Path blobs, String json) throws IOException {
    Path part = Files.writeString(blobs.resolve("part"), json, StandardCharsets.UTF_8);
    Added added = new Added(sha256(part), Files.size(part));
    Files.move(part, blobs.resolve(added.sha256));
    return added;
  }

  private static String sha256(Path file) throws IOException {
    String line = Programs.run("sha256sum", file.toString());
    return line.substring(0, line.indexOf(' '));
  }
}
