package dev.flint.oci.disk;

/**
 * What a disk image file was found to be.
 *
 * @param format the format its content has, whatever its name says
 * @param virtualSize the size the guest sees, in bytes
 * @param fileSize the length of the file, in bytes
 * @param bootSector whether the guest's first sector ends in 0x55AA, so that a BIOS would start it
 * @param compressedClusters whether any part is stored compressed, so that packing gains little
 */
public record DiskInfo(
    DiskFormat format,
    long virtualSize,
    long fileSize,
    boolean bootSector,
    boolean compressedClusters) {}
