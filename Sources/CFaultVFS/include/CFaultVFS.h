#pragma once

#include <stdbool.h>
#include <stdint.h>

/// A file system layer for SQLite, for tests only: it passes everything to the default one, counts what changes files
/// and fails the operations that it was told to fail. Open a database with the VFS named `tutti-fault` to use it.
///
/// Tests run side by side in one process, so a fault reaches only files whose path begins with a prefix: the path of
/// the database as SQLite knows it, absolute and without symbolic links. Its WAL and its journal begin with it too.
/// Every function may be called from any thread.

#pragma clang assume_nonnull begin

/// What fails. Only operations of the named kind are counted.
typedef enum __attribute__((enum_extensibility(closed))) CFaultVFS_Fault : int {
    /// Nothing; writes, syncs and truncations are counted.
    CFaultVFS_FaultNone,
    /// A write finds the disk full and writes nothing (`SQLITE_FULL`).
    CFaultVFS_FaultDiskFull,
    /// A write fails and writes nothing (`SQLITE_IOERR_WRITE`).
    CFaultVFS_FaultWriteError,
    /// A write fails after the first half of its bytes (`SQLITE_IOERR_WRITE`).
    CFaultVFS_FaultTornWrite,
    /// A sync fails (`SQLITE_IOERR_FSYNC`).
    CFaultVFS_FaultSyncError,
    /// A truncation fails (`SQLITE_IOERR_TRUNCATE`).
    CFaultVFS_FaultTruncateError,
    /// The nth write, sync or truncation fails, whichever it is, with its own code.
    CFaultVFS_FaultAnyError,
} CFaultVFS_Fault;

/// The number of prefixes that can be armed at the same time.
enum { CFaultVFS_maximumArmed = 64 };

/// The longest prefix in bytes.
enum { CFaultVFS_maximumPrefix = 1023 };

/// Makes the VFS known to SQLite; the first call does, later ones change nothing.
///
/// Returns `SQLITE_OK`, or SQLite's error code.
int CFaultVFS_register(void);

/// Plans a fault for files whose path begins with `prefix`, and starts to count their operations from zero.
///
/// `nth` counts from one. With `persistent` every later operation of the kind fails as well, like a disk that stays
/// full; without, only the nth does. Returns the number of the plan for the functions below, or -1 when the prefix is
/// empty or too long, `nth` is zero although a fault is named, or `CFaultVFS_maximumArmed` plans are in force. When
/// several plans fit a file, each counts and the first that is due decides.
int CFaultVFS_arm(const char *prefix, CFaultVFS_Fault fault, uint32_t nth, bool persistent);

/// Ends a plan; its number may be given out again. A number that is not in force is ignored.
void CFaultVFS_disarm(int plan);

/// How many operations of the plan's kind have been asked for since it was armed; 0 when it is not in force.
uint32_t CFaultVFS_operations(int plan);

/// How many operations the plan has failed; 0 when it is not in force.
uint32_t CFaultVFS_failures(int plan);

#pragma clang assume_nonnull end
