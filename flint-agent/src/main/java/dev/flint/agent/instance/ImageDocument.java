package dev.flint.agent.instance;

import dev.flint.agent.instance.PreparedImage.Disk;
import dev.flint.agent.instance.PreparedImage.Layers;
import dev.flint.oci.Digest;
import dev.flint.oci.ImageConfig;
import dev.flint.oci.disk.DiskFormat;
import dev.flint.oci.error.ErrorCode;
import dev.flint.oci.error.FlintException;
import dev.flint.oci.json.JsonObject;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;

/** A {@link PreparedImage} as JSON: how whoever fetched an image hands it over. */
public final class ImageDocument {
  private ImageDocument() {}

  /** Writes. */
  public static JsonObject write(PreparedImage image) {
    JsonObject json =
        JsonObject.empty()
            .with("manifest", image.manifest().toString())
            .with("config", image.config().document());
    if (image.content() instanceof Disk disk) {
      return json.with(
          "disk",
          JsonObject.empty()
              .with("file", disk.file().toString())
              .with("format", disk.format().id())
              .with("digest", disk.digest().toString())
              .with("virtualSize", disk.virtualSize()));
    }
    List<String> layers = new ArrayList<>();
    for (Path layer : ((Layers) image.content()).layers()) {
      layers.add(layer.toString());
    }
    return json.withStrings("layers", layers);
  }

  /**
   * Reads.
   *
   * @throws FlintException PROTOCOL if the document is not one
   */
  public static PreparedImage read(JsonObject json) throws FlintException {
    try {
      Digest manifest = Digest.parse(json.requiredString("manifest"));
      JsonObject config = json.object("config").orElseThrow(() -> json.missing("config"));
      Optional<JsonObject> disk = json.object("disk");
      PreparedImage.Content content =
          disk.isPresent()
              ? disk(disk.get())
              : new Layers(json.strings("layers").stream().map(Path::of).toList());
      return new PreparedImage(manifest, ImageConfig.of(config), content);
    } catch (IllegalArgumentException e) {
      throw new FlintException(ErrorCode.PROTOCOL, "no prepared image: " + e.getMessage(), e);
    }
  }

  private static Disk disk(JsonObject json) throws FlintException {
    return new Disk(
        Path.of(json.requiredString("file")),
        DiskFormat.byId(json.requiredString("format"))
            .orElseThrow(() -> json.wrong("format", "a disk format")),
        Digest.parse(json.requiredString("digest")),
        json.integer("virtualSize").orElseThrow(() -> json.missing("virtualSize")));
  }
}
