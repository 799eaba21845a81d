//! The library under the program, and the file that says what fails.

use std::{
    env, fs,
    os::unix::fs::FileExt,
    path::{Path, PathBuf},
    process::Command,
    sync::LazyLock,
};

/// Errors of the system, as the kernel numbers them.
pub(crate) const EIO: i32 = 5;
pub(crate) const ENOSPC: i32 = 28;
pub(crate) const EROFS: i32 = 30;

/// Which calls fail.
#[derive(Debug, Clone, Copy)]
pub(crate) struct Fault {
    /// The first, from 1 on.
    pub(crate) nth: u32,
    /// How many; 0 for all from then on.
    pub(crate) times: u32,
    pub(crate) error: i32,
    /// Whether files can still be opened for writing.
    pub(crate) opens: bool,
    /// Of which files: 1 the database, 2 its log, 4 its shared memory, 8 others.
    pub(crate) files: i32,
}

impl Fault {
    /// Every call from now on.
    pub(crate) fn always(error: i32) -> Self {
        Self { nth: 1, times: 0, error, opens: true, files: 15 }
    }

    /// One call alone, or all from it on.
    pub(crate) fn at(nth: u32, times: u32, error: i32) -> Self {
        Self { nth, times, ..Self::always(error) }
    }

    /// No fault: calls are only counted.
    pub(crate) fn none() -> Self {
        Self::at(u32::try_from(i32::MAX).unwrap(), 0, EIO)
    }
}

/// The file of one program.
#[derive(Debug, Clone)]
pub(crate) struct Control(PathBuf);

impl Control {
    /// Beside the folder whose files fail.
    pub(crate) fn beside(folder: &Path) -> Self {
        let control = Self::of(folder);
        fs::write(&control.0, [0; 32]).unwrap();
        control
    }

    /// The one that is there already.
    pub(crate) fn of(folder: &Path) -> Self {
        Self(folder.with_extension("control"))
    }

    /// Lays the library under a program.
    pub(crate) fn under(&self, command: &mut Command, folder: &Path) {
        command
            .env("LD_PRELOAD", library())
            .env("HEADROOM_FAULTS_CONTROL", &self.0)
            .env("HEADROOM_FAULTS_FOLDER", folder.canonicalize().unwrap());
    }

    pub(crate) fn set(&self, fault: Fault) {
        let number = |n: u32| i32::try_from(n).unwrap();
        let Fault { nth, times, error, .. } = fault;
        let opens = i32::from(!fault.opens);
        self.write(0, &[0]);
        let rest = [number(nth), number(times), error, fault.files, opens, 0, 0];
        self.write(1, &rest);
        self.write(0, &[1]);
    }

    /// Nothing fails any more.
    pub(crate) fn lift(&self) {
        self.write(0, &[0]);
    }

    /// Calls counted since the fault was set.
    pub(crate) fn seen(&self) -> i32 {
        self.read(6)
    }

    /// Calls that failed.
    pub(crate) fn failed(&self) -> i32 {
        self.read(7)
    }

    fn write(&self, at: u64, numbers: &[i32]) {
        let bytes: Vec<u8> = numbers.iter().flat_map(|n| n.to_ne_bytes()).collect();
        let file = fs::OpenOptions::new().write(true).open(&self.0).unwrap();
        file.write_all_at(&bytes, at * 4).unwrap();
    }

    fn read(&self, at: u64) -> i32 {
        let mut bytes = [0; 4];
        let file = fs::File::open(&self.0).unwrap();
        file.read_exact_at(&mut bytes, at * 4).unwrap();
        i32::from_ne_bytes(bytes)
    }
}

/// Compiled once a run.
pub(crate) fn library() -> &'static Path {
    static LIBRARY: LazyLock<PathBuf> = LazyLock::new(|| {
        let source = Path::new(env!("CARGO_MANIFEST_DIR")).join("tests/faults/faults.c");
        let library = Path::new(env!("CARGO_TARGET_TMPDIR")).join("libfaults.so");
        let draft = library.with_extension(format!("{}", std::process::id()));
        let compiler = env::var_os("CC").unwrap_or_else(|| "cc".into());
        let made = Command::new(&compiler)
            .args(["-shared", "-fPIC", "-O1", "-o"])
            .args([&draft, &source])
            .arg("-ldl")
            .output()
            .unwrap_or_else(|error| panic!("{}: {error}", compiler.display()));
        let said = String::from_utf8_lossy(&made.stderr);
        assert!(made.status.success(), "faults.c: {said}");
        fs::rename(&draft, &library).unwrap();
        library
    });
    &LIBRARY
}
