using System;
using System.IO;
using System.Text;
using Microsoft.Build.Framework;
using Microsoft.Build.Utilities;

/// <summary>
/// Sets VER_FLG_WEAK on one version need of an ELF64 little-endian shared object.
/// Layout: System V ABI, "Symbol Versioning" (Elf64_Verneed, Elf64_Vernaux in section .gnu.version_r).
/// </summary>
public class WeakenVersionNeed : Task
{
    private const uint VersionNeedSection = 0x6ffffffe; // SHT_GNU_verneed
    private const ushort WeakFlag = 0x2;                // VER_FLG_WEAK

    [Required] public string File { get; set; }
    [Required] public string Version { get; set; }

    public override bool Execute()
    {
        byte[] elf = System.IO.File.ReadAllBytes(File);
        if (elf.Length < 64 || elf[0] != 0x7f || elf[1] != 'E' || elf[4] != 2 || elf[5] != 1)
        {
            return true; // not ELF64 little-endian: another platform's file
        }

        if (!Weaken(elf))
        {
            return true; // already weak, or a newer TorchSharp without the need
        }

        // A new file, moved into place: the old one may be a hard link into the package cache.
        // Its time stamp stays, so that the next build does not copy the original over it again.
        DateTime stamp = System.IO.File.GetLastWriteTimeUtc(File);
        string fresh = File + ".weak";
        System.IO.File.WriteAllBytes(fresh, elf);
        System.IO.File.SetLastWriteTimeUtc(fresh, stamp);
        System.IO.File.Delete(File);
        System.IO.File.Move(fresh, File);
        Log.LogMessage(MessageImportance.Normal, "{0}: {1} is now a weak need", File, Version);
        return true;
    }

    private bool Weaken(byte[] elf)
    {
        long sections = BitConverter.ToInt64(elf, 0x28);
        int size = BitConverter.ToUInt16(elf, 0x3a);
        int count = BitConverter.ToUInt16(elf, 0x3c);
        bool changed = false;
        for (int i = 0; i < count; i++)
        {
            int header = (int)sections + i * size;
            if (BitConverter.ToUInt32(elf, header + 4) != VersionNeedSection)
            {
                continue;
            }

            int link = BitConverter.ToInt32(elf, header + 0x28);
            int strings = (int)BitConverter.ToInt64(elf, (int)sections + link * size + 0x18);
            int need = (int)BitConverter.ToInt64(elf, header + 0x18);
            while (true)
            {
                int aux = need + BitConverter.ToInt32(elf, need + 8);
                for (int left = BitConverter.ToUInt16(elf, need + 2); left > 0; left--)
                {
                    int name = strings + BitConverter.ToInt32(elf, aux + 8);
                    if (Text(elf, name) == Version && (elf[aux + 4] & WeakFlag) == 0)
                    {
                        elf[aux + 4] |= (byte)WeakFlag;
                        changed = true;
                    }

                    aux += BitConverter.ToInt32(elf, aux + 12);
                }

                int next = BitConverter.ToInt32(elf, need + 12);
                if (next == 0)
                {
                    break;
                }

                need += next;
            }
        }

        return changed;
    }

    private static string Text(byte[] bytes, int start)
    {
        return Encoding.ASCII.GetString(bytes, start, Array.IndexOf(bytes, (byte)0, start) - start);
    }
}
