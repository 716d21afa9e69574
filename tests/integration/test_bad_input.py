"""What goes wrong on a real desk: each with its own message, its own exit code, and nothing that looks like a result."""

from __future__ import annotations

import json
import os
import re
import shutil
import signal
import subprocess
import sys
import time
from pathlib import Path
from typing import Any

import openpyxl
import pytest

from payung.core.errors import Exit
from payung.core.identity import row_id
from tests import hostile
from tests.integration.small_office import HEADER, Office, Said, office, payung, person, write_csv, write_xlsx

CORPUS = {one.name: one for one in hostile.CORPUS}


@pytest.fixture
def desk(tmp_path: Path) -> Office:
    return office(tmp_path)


def refused(said: Said, desk: Office, code: Exit, *words: str) -> None:
    """The command ended with this code, said these words and what to do, and left nothing behind."""
    assert said.code == code, said
    text = " ".join(said.err.split())
    for word in words:
        assert word in text, (word, text)
    assert "Berhenti:" in text
    assert "Yang perlu dilakukan:" in text
    assert "Traceback" not in said.err
    assert re.search(r"(?<![0-9a-f])\d{16}(?![0-9a-f])", text) is None
    assert said.out == ""
    assert not desk.out.exists()
    assert not list(desk.folder.glob("*.part"))


def went_on(said: Said, desk: Office) -> dict[str, Any]:
    """The command ended well; its record."""
    assert said.code == Exit.OK, said
    loaded: dict[str, Any] = json.loads((desk.out / "run.json").read_text(encoding="utf-8"))
    return loaded


def page(desk: Office) -> str:
    return (desk.out / "ringkasan.html").read_text(encoding="utf-8")


def refused_rows(desk: Office) -> dict[str, str]:
    """Name to reason codes of everybody who cannot be proposed."""
    book = openpyxl.load_workbook(desk.out / "belum-dapat-diusulkan.xlsx", read_only=True)
    rows = list(book["Belum dapat diusulkan"].iter_rows(values_only=True))
    book.close()
    head = next(place for place, row in enumerate(rows) if row[0] == "No")
    return {
        str(row[rows[head].index("Nama")]): str(row[rows[head].index("Kode Alasan")])
        for row in rows[head + 1 :]
    }


def mark(desk: Office, file: str, row: int) -> str:
    """HASIL of a row of a list that came back."""
    [path] = (desk.out / "kembali").rglob(f"{Path(file).stem}*")
    book = openpyxl.load_workbook(path)
    sheet = next(one for one in book if one.title != "Ringkasan")
    column = next(cell.column for cell in sheet[1] if cell.value == "HASIL")
    return str(sheet.cell(row, column).value)


class TestLists:
    """The neighbourhoods' files."""

    def test_an_empty_folder(self, desk: Office) -> None:
        shutil.rmtree(desk.lists)
        desk.lists.mkdir()
        refused(desk.run(), desk, Exit.INPUT, "Tidak ada berkas daftar di folder", "Salin berkas .xlsx")

    def test_a_folder_that_is_not_there(self, desk: Office) -> None:
        shutil.rmtree(desk.lists)
        refused(desk.run(), desk, Exit.USAGE, "tidak ada", "--lists")

    def test_only_lists_that_cannot_be_read(self, desk: Office) -> None:
        for path in desk.lists.iterdir():
            path.write_bytes(b"")
        refused(desk.run(), desk, Exit.INPUT, "Tidak ada satu orang pun", "Janju.csv", "payung check")

    def test_a_list_without_a_header_is_set_aside_and_the_rest_goes_on(self, desk: Office) -> None:
        write_csv(desk.lists / "tanpa judul.csv", [[*map(str, range(3))], ["a", "b", "c"]])
        record = went_on(desk.run(), desk)
        [aside] = record["inputs"]["set_aside"]
        assert aside["file"] == "tanpa judul.csv"
        assert "judul kolom" in aside["why"]
        assert record["people"]["rows"] == 24
        assert "tanpa judul.csv" in page(desk)

    def test_two_nik_columns_are_asked_about_until_somebody_accepts_the_file(self, desk: Office) -> None:
        rows = [[str(n), person(n + 8)[0], *person(n)] for n in range(8)]
        write_csv(desk.lists / "Janju.csv", [("No", "NIK", *HEADER[1:]), *rows])
        record = went_on(desk.run(), desk)
        [aside] = record["inputs"]["set_aside"]
        assert aside["file"] == "Janju.csv"
        assert "NIK" in aside["why"]
        assert record["people"]["rows"] == 16
        assert "--accept" in page(desk)
        record = went_on(desk.run("--accept", "Janju.csv"), desk)
        assert record["inputs"]["set_aside"] == []
        assert record["inputs"]["accepted"] == ["Janju.csv"]
        assert record["people"]["rows"] == 24

    def test_broken_and_hostile_workbooks_among_good_ones_are_named_and_the_rest_goes_on(
        self, desk: Office
    ) -> None:
        names = (
            "sandi.xlsx", "lama-sandi.xls", "terpotong.xlsx", "foto.xlsx", "dokumen.xlsx", "laman.xls",
            "sel-jauh.xlsx", "miliaran-tawa.xlsx", "keluar.xlsx", "nol.csv", "nul.csv", "derau.xlsx",
        )  # fmt: skip
        for name in names:
            CORPUS[name].write(desk.lists / name)
        good = went_on(desk.run(), desk)
        aside = {one["file"]: one["why"] for one in good["inputs"]["set_aside"]}
        assert set(aside) == set(names)
        assert len(set(aside.values())) == len(names)
        for name in names:
            assert CORPUS[name].refused in aside[name], name
            assert name in page(desk), name
        assert good["people"]["rows"] == 24
        assert good["people"]["chosen"] == 16
        returned = {path.stem for path in (desk.out / "kembali").rglob("*.xlsx")}
        assert not any(stem.startswith(tuple(Path(name).stem for name in names)) for stem in returned)

    def test_a_file_under_the_wrong_name_is_read_for_what_it_is(self, desk: Office) -> None:
        (desk.lists / "Janju.csv").rename(desk.lists / "Janju.xlsx")
        assert went_on(desk.run(), desk)["people"]["rows"] == 24

    def test_an_unknown_occupation_or_desa_keeps_the_row_off_the_roll_and_is_marked(
        self, desk: Office
    ) -> None:
        desk.rows["Janju.csv"][0][7] = "astronot angkasa"
        desk.rows["Janju.csv"][1][6] = "Desa Antah Berantah"
        desk.save()
        went_on(desk.run(), desk)
        codes = refused_rows(desk)
        assert codes["KASIM"] == "occupation_unknown"
        assert "desa_unknown" in codes["NURHAYATI"]
        assert "pekerjaan" in mark(desk, "Janju.csv", 2).lower()
        assert "desa" in mark(desk, "Janju.csv", 3).lower()

    def test_lines_broken_inside_cells_break_nothing(self, desk: Office) -> None:
        desk.rows["Janju.csv"][0][2] = "KASIM\nBIN\r\nTAHIR"
        desk.rows["Janju.csv"][0][7] = "petani\r"
        desk.save()
        assert went_on(desk.run(), desk)["people"]["eligible"] == 21

    def test_an_ambiguous_date_is_asked_and_not_guessed(self, desk: Office) -> None:
        desk.rows["Janju.csv"][0][3] = "31/02/1970"
        desk.rows["Janju.csv"][1][3] = "8/73"
        desk.save()
        went_on(desk.run(), desk)
        codes = refused_rows(desk)
        assert "birth_missing" in codes["KASIM"]
        assert "birth_missing" in codes["NURHAYATI"]
        assert "tanggal lahir" in mark(desk, "Janju.csv", 2).lower()

    def test_lists_of_nonsense_stop_the_run(self, desk: Office) -> None:
        rows = [[f"{n:016d}", "", f"ORANG {n}", "", "", "", "entah", "entah", ""] for n in range(300)]
        desk.rows = {"Janju.csv": rows}
        desk.save()
        (desk.lists / "Tapis.csv").unlink()
        (desk.lists / "Jone.xlsx").unlink()
        refused(
            desk.run(),
            desk,
            Exit.BREAKER,
            "tampak keliru",
            "NIK tidak sah",
            "pekerjaan tidak dikenal",
            "--policy",
        )

    def test_lists_that_only_repeat_themselves_stop_the_run_after_screening(self, desk: Office) -> None:
        rows = [[*person(number % 24)] for number in range(300)]
        desk.rows = {"Janju.csv": rows[:150], "Tapis.csv": rows[150:]}
        desk.save()
        refused(desk.run(), desk, Exit.BREAKER, "baris ganda")


class TestRegisters:
    """What the agencies send."""

    def test_a_required_register_that_is_missing(self, desk: Office) -> None:
        desk.without("bpjs")
        refused(desk.run(), desk, Exit.REGISTER, "bpjs belum diberikan", "--register bpjs=", "--without")

    def test_a_required_register_that_is_too_old(self, desk: Office) -> None:
        desk.register("asn", [("NIK", "Nama", "Status"), (person(22)[0], "X", "AKTIF")], "@2021-01-01")
        refused(desk.run(), desk, Exit.REGISTER, "asn terlalu lama", "01-01-2021", "180 hari")

    def test_a_required_register_without_a_date(self, desk: Office) -> None:
        desk.register("asn", [("NIK", "Nama", "Status"), (person(22)[0], "X", "AKTIF")], "")
        refused(desk.run(), desk, Exit.REGISTER, "asn tidak menyebut tanggal")

    def test_a_run_told_to_do_without_a_register_goes_on_and_says_so_where_it_is_signed(
        self, desk: Office
    ) -> None:
        desk.without("asn")
        desk.flags.remove("--no-decree")
        record = went_on(desk.run("--without", "asn"), desk)
        assert record["without"] == ["asn"]
        assert record["people"]["chosen"] == 16
        assert "tanpa register asn" in page(desk)
        if shutil.which("pdftotext"):
            command = ["pdftotext", str(desk.out / "keputusan" / "keputusan.pdf"), "-"]
            said = subprocess.run(command, check=True, capture_output=True, encoding="utf-8").stdout
            assert "ASN, TNI, dan Polri" in " ".join(said.split())

    def test_a_register_that_is_given_and_waived(self, desk: Office) -> None:
        refused(desk.run("--without", "asn"), desk, Exit.USAGE, "diberikan dan sekaligus dikecualikan")

    def test_a_register_file_that_is_not_there(self, desk: Office) -> None:
        (desk.folder / "bpjs.csv").unlink()
        refused(desk.run(), desk, Exit.REGISTER, "Berkas register bpjs tidak ada", "--register")

    def test_a_register_without_its_key_column(self, desk: Office) -> None:
        desk.register("bpjs", [("Nama", "Tanggal Lahir", "Status"), ("SITI", "01-01-1980", "AKTIF")])
        refused(desk.run(), desk, Exit.INPUT, "bpjs.csv", "judul kolom", "kolom NIK")

    def test_a_register_without_anybody(self, desk: Office) -> None:
        desk.register("bpjs", [("NIK", "Nama", "Status")])
        refused(desk.run(), desk, Exit.INPUT, "tidak memuat satu orang pun")

    def test_an_answer_to_another_request(self, desk: Office) -> None:
        rows = [("ID BARIS", "ID PERMINTAAN", "STATUS")]
        rows += [(row_id("0" * 64, "S", number), "abcdef012345", "SESUAI") for number in range(30)]
        desk.register("dukcapil", rows)
        refused(desk.run(), desk, Exit.INPUT, "jawaban untuk permintaan lain", "abcdef012345")

    def test_an_answer_that_leaves_rows_open_leaves_them_unknown(self, desk: Office) -> None:
        asked = desk.folder / "permintaan.xlsx"
        assert payung("request", "dukcapil", "--lists", desk.lists, "--out", asked, "--quiet").code == Exit.OK
        book = openpyxl.load_workbook(asked)
        header, *rows = list(book["Permintaan"].iter_rows(values_only=True))
        status = header.index("STATUS")
        answered = [
            tuple("SESUAI" if at == status and number else cell or "" for at, cell in enumerate(row))
            for number, row in enumerate(rows)
        ]
        desk.register("dukcapil", [tuple(map(str, header)), *[tuple(map(str, row)) for row in answered]])
        record = went_on(desk.run(), desk)
        assert record["people"]["incomplete"] == 1
        assert "dukcapil_unknown" in "".join(refused_rows(desk).values())
        assert "1 dari 24 baris belum dijawab" in page(desk)

    @pytest.mark.parametrize(
        "text", ["peserta=a.csv", "bpjs", "bpjs=", "=a.csv"], ids=["unknown", "no file", "empty", "no name"]
    )
    def test_a_register_that_is_named_wrongly(self, desk: Office, text: str) -> None:
        desk.options["--register"].append(text)
        said = desk.run()
        assert said.code == Exit.USAGE
        assert "Berhenti:" in said.err
        assert not desk.out.exists()

    def test_a_register_that_is_named_twice(self, desk: Office) -> None:
        desk.options["--register"].append(desk.options["--register"][0])
        refused(desk.run(), desk, Exit.USAGE, "disebut dua kali")

    def test_a_register_dated_on_a_day_that_does_not_exist(self, desk: Office) -> None:
        desk.options["--register"].append(f"own={desk.folder / 'own.csv'}@2022-02-30")
        refused(desk.run(), desk, Exit.USAGE, "2022-02-30")


class TestMoneyAndMonths:
    """The ceiling, the months, and what was paid."""

    def test_months_that_the_policy_does_not_cover(self, desk: Office) -> None:
        desk.options["--months"] = ["2021-12..2022-02"]
        refused(desk.run(), desk, Exit.POLICY, "paser-2022", "Desember 2021", "--policy")

    def test_a_ceiling_below_one_month_of_one_person(self, desk: Office) -> None:
        desk.options["--ceiling"] = ["16799"]
        refused(desk.run(), desk, Exit.MONEY, "Rp16.800", "--ceiling")

    def test_a_ceiling_below_one_person_for_all_months_when_parts_are_not_allowed(self, desk: Office) -> None:
        desk.options["--ceiling"] = ["16800"]
        said = desk.run()
        assert said.code == Exit.OK, said
        assert went_on(said, desk)["money"]["used_idr"] == 0

    @pytest.mark.parametrize("text", ["banyak", "", "-5", "1,5", "apbd-desa=5000000", "½"])
    def test_a_ceiling_that_is_no_rupiah(self, desk: Office, text: str) -> None:
        desk.options["--ceiling"] = [text]
        said = desk.run()
        refused(said, desk, Exit.POLICY if "=" in text else Exit.USAGE)

    def test_the_same_source_with_two_ceilings(self, desk: Office) -> None:
        desk.options["--ceiling"] = ["806400", "apbd-kabupaten=1"]
        refused(desk.run(), desk, Exit.USAGE, "dua kali")

    @pytest.mark.parametrize("text", ["Oktober", "2022-13", "2022-12..2022-10", "", "2022-10..", "10-2022"])
    def test_months_that_are_none(self, desk: Office, text: str) -> None:
        desk.options["--months"] = [text]
        refused(desk.run(), desk, Exit.USAGE, "--months 2022-10..2022-12")

    @pytest.mark.parametrize("text", ["01-10-2022", "2022-02-30", "kemarin"])
    def test_a_day_that_is_none(self, desk: Office, text: str) -> None:
        refused(desk.run("--on", text), desk, Exit.USAGE, "TTTT-BB-HH")

    def test_paying_the_same_roll_again(self, desk: Office) -> None:
        desk.options["--ceiling"] = ["100000000"]
        went_on(desk.run(), desk)
        roll = shutil.copy(desk.out / "daftar.parquet", desk.folder / "dibayar.parquet")
        before = (desk.out / "run.json").read_bytes()
        said = desk.run("--paid", roll)
        assert said.code == Exit.MONEY
        assert "sudah dibayar" in said.err
        assert "--paid" in said.err
        assert (desk.out / "run.json").read_bytes() == before

    @pytest.mark.parametrize("name", ["daftar.xlsx", "daftar.parquet"])
    def test_a_paid_roll_that_is_none(self, desk: Office, name: str) -> None:
        path = desk.folder / name
        if name.endswith(".xlsx"):
            write_xlsx(path, [HEADER, *[[str(n), *person(n)] for n in range(3)]])
        else:
            path.write_bytes(b"PAR1 bukan parquet PAR1")
        refused(desk.run("--paid", path), desk, Exit.INPUT, name)

    def test_a_paid_roll_that_is_not_there(self, desk: Office) -> None:
        refused(desk.run("--paid", desk.folder / "lupa.parquet"), desk, Exit.INPUT, "lupa.parquet tidak ada")

    def test_a_policy_that_nobody_wrote(self, desk: Office) -> None:
        desk.options["--policy"] = ["paser-1999"]
        refused(desk.run(), desk, Exit.POLICY, "paser-1999")


class TestDecisions:
    """The review workbook that comes back."""

    HEAD = ("fingerprint_l", "fingerprint_r", "decision")

    def test_a_file_that_holds_no_decisions(self, desk: Office) -> None:
        refused(desk.run("--decisions", desk.lists / "Janju.csv"), desk, Exit.INPUT, "bukan berkas keputusan")
        refused(desk.run("--decisions", desk.lists / "Jone.xlsx"), desk, Exit.INPUT, "bukan buku pemeriksaan")
        refused(desk.run("--decisions", desk.folder / "lupa.csv"), desk, Exit.INPUT, "tidak ada")

    def test_one_pair_decided_in_two_ways(self, desk: Office) -> None:
        path = desk.folder / "keputusan.csv"
        write_csv(path, [self.HEAD, ("a" * 64, "b" * 64, "sama"), ("b" * 64, "a" * 64, "beda")])
        said = desk.run("--decisions", path)
        refused(said, desk, Exit.INPUT, "diputus dua kali", "baris 2", "baris 3", "Samakan")

    def test_two_files_that_decide_one_pair_in_two_ways(self, desk: Office) -> None:
        one, two = desk.folder / "satu.csv", desk.folder / "dua.csv"
        write_csv(one, [self.HEAD, ("a" * 64, "b" * 64, "sama")])
        write_csv(two, [self.HEAD, ("b" * 64, "a" * 64, "beda")])
        refused(desk.run("--decisions", one, "--decisions", two), desk, Exit.INPUT, "satu.csv", "dua.csv")

    def test_an_unknown_word_under_keputusan(self, desk: Office) -> None:
        path = desk.folder / "keputusan.csv"
        write_csv(path, [self.HEAD, ("a" * 64, "b" * 64, "mungkin")])
        refused(desk.run("--decisions", path), desk, Exit.INPUT, "baris 2", "sama, beda, tanya RT")


def run_apart(desk: Office) -> subprocess.CompletedProcess[str]:
    """The command in a process of its own, so that what it leaves open dies with it."""
    given = [part for name, values in desk.options.items() for value in values for part in (name, value)]
    return subprocess.run(
        [sys.executable, "-m", "payung", "run", *given, *desk.flags],
        check=False,
        capture_output=True,
        text=True,
    )


class TestOutput:
    """Where the result should go."""

    def test_a_folder_that_exists_and_is_not_ours(self, desk: Office) -> None:
        desk.out.mkdir()
        (desk.out / "skripsi.docx").write_bytes(b"penting")
        said = desk.run()
        assert said.code == Exit.OUTPUT
        assert "bukan hasil Payung" in " ".join(said.err.split())
        assert [path.name for path in desk.out.iterdir()] == ["skripsi.docx"]

    def test_a_file_where_the_folder_should_be(self, desk: Office) -> None:
        desk.out.write_bytes(b"penting")
        assert desk.run().code == Exit.OUTPUT
        assert desk.out.read_bytes() == b"penting"

    def test_a_folder_that_may_not_be_written(self, desk: Office) -> None:
        desk.options["--out"] = ["/proc/hasil"]
        said = desk.run()
        assert said.code == Exit.OUTPUT, said
        assert "tidak dapat ditulis" in " ".join(said.err.split())
        assert "Traceback" not in said.err

    @pytest.mark.skipif(os.geteuid() != 0 or not shutil.which("mount"), reason="mounting needs root")
    def test_a_full_disk_leaves_the_earlier_result_and_says_so(self, desk: Office) -> None:
        disk = desk.folder / "disk"
        disk.mkdir()
        command = ["mount", "-t", "tmpfs", "-o", "size=1500k", "tmpfs", str(disk)]
        if subprocess.run(command, check=False, capture_output=True).returncode:
            pytest.skip("this machine does not let us mount")
        try:
            desk.options["--out"] = [str(disk / "hasil")]
            assert desk.run().code == Exit.OK
            before = (disk / "hasil" / "run.json").read_bytes()
            room = shutil.disk_usage(disk).free
            (disk / "film.mp4").write_bytes(b"\0" * max(0, room - 60_000))
            said = run_apart(desk)
            assert said.returncode == Exit.OUTPUT, said
            text = " ".join(said.stderr.split())
            assert "ruang penyimpanan habis" in text.casefold()
            assert "Kosongkan" in text
            assert "Traceback" not in said.stderr
            assert (disk / "hasil" / "run.json").read_bytes() == before
            assert sorted(path.name for path in disk.iterdir()) == ["film.mp4", "hasil"]
            (disk / "film.mp4").unlink()
            assert desk.run().code == Exit.OK
        finally:
            subprocess.run(["umount", "--lazy", str(disk)], check=True)

    def test_files_that_may_not_grow_end_as_a_full_disk_does(self, desk: Office) -> None:
        program = (
            "import resource, signal, sys; signal.signal(signal.SIGXFSZ, signal.SIG_IGN); "
            "resource.setrlimit(resource.RLIMIT_FSIZE, (6000, 6000)); "
            "from payung import cli; sys.argv[0] = 'payung'; cli.main()"
        )
        given = [part for name, values in desk.options.items() for value in values for part in (name, value)]
        done = subprocess.run(
            [sys.executable, "-c", program, "run", *given, *desk.flags],
            check=False,
            capture_output=True,
            text=True,
        )
        refused(Said(done.returncode, done.stdout, done.stderr), desk, Exit.OUTPUT, "tidak dapat ditulis")


def test_ctrl_c_is_told_and_leaves_nothing(desk: Office, tmp_path: Path) -> None:
    given = [part for name, values in desk.options.items() for value in values for part in (name, value)]
    temp = tmp_path / "temp"
    temp.mkdir()
    process = subprocess.Popen(
        [sys.executable, "-m", "payung", "run", *given, *desk.flags],
        stdout=subprocess.PIPE,
        stderr=subprocess.PIPE,
        text=True,
        env={**os.environ, "TMPDIR": str(temp)},
        # Tests that a shell runs in the background inherit that Ctrl-C is ignored.
        preexec_fn=lambda: signal.signal(signal.SIGINT, signal.default_int_handler),
    )
    until = time.monotonic() + 60
    while not list(temp.glob("payung-*")) and time.monotonic() < until:
        time.sleep(0.005)
    process.send_signal(signal.SIGINT)
    said, wrong = process.communicate(timeout=60)
    assert process.returncode == 130, wrong
    assert wrong.strip() == "Dihentikan. Tidak ada hasil setengah jadi."
    assert said == ""
    assert not desk.out.exists()
    assert not list(desk.folder.glob("*.part"))
    assert not list(temp.glob("payung-*"))


@pytest.mark.skipif(os.geteuid() != 0 or not shutil.which("setpriv"), reason="root lends its rights for this")
@pytest.mark.parametrize("name", ["bpjs.csv", "daftar/Jone.xlsx"])
def test_a_file_that_this_user_may_not_read(desk: Office, name: str) -> None:
    """As nobody: a secret register stops the run, a secret list is set aside."""
    for path in (desk.folder, desk.lists):
        path.chmod(0o777)
    for above in desk.folder.parents:
        if above.is_relative_to(Path("/tmp")) and above != Path("/tmp"):
            above.chmod(above.stat().st_mode | 0o011)
    (desk.folder / name).chmod(0)
    given = [part for option, values in desk.options.items() for value in values for part in (option, value)]
    command = [
        "setpriv",
        "--reuid=65534",
        "--regid=65534",
        "--clear-groups",
        sys.executable,
        "-m",
        "payung",
        "run",
    ]
    done = subprocess.run(
        [*command, *given, *desk.flags],
        check=False,
        capture_output=True,
        text=True,
        env={**os.environ, "TMPDIR": str(desk.folder)},
    )
    if "No module named" in done.stderr or "can't open" in done.stderr or done.returncode in (126, 127):
        pytest.skip("nobody may not read this installation")
    if name.startswith("daftar/"):
        assert done.returncode == Exit.OK, done.stderr
        record = json.loads((desk.out / "run.json").read_text(encoding="utf-8"))
        assert [one["file"] for one in record["inputs"]["set_aside"]] == ["Jone.xlsx"]
    else:
        said = Said(done.returncode, done.stdout, done.stderr)
        refused(said, desk, Exit.INPUT, f"{name} tidak boleh dibaca")


@pytest.mark.long
@pytest.mark.parametrize("option", ["--register", "--decisions", "--paid", "--denominators"])
def test_a_hostile_file_anywhere_is_answered_in_words(desk: Office, option: str) -> None:
    for one in hostile.CORPUS:
        path = desk.folder / one.name
        one.write(path)
        said = desk.run(option, f"own={path}@2022-09-15" if option == "--register" else path)
        assert said.code in (Exit.OK, Exit.INPUT), (one.name, said)
        assert (said.code == Exit.OK) is not ("Berhenti:" in said.err), one.name
        path.unlink()


def test_every_documented_exit_code_is_one_of_the_table() -> None:
    text = (Path(__file__).parents[2] / "docs" / "commands.md").read_text(encoding="utf-8")
    for code in Exit:
        assert re.search(rf"^\|\s*`?{int(code)}`?\s*\|", text, re.MULTILINE), code


def test_a_traceback_never_shows_where_a_user_can_mend_something(desk: Office) -> None:
    """The command as its own process: two lines, an exit code, and no trace of Python."""
    desk.without("bpjs")
    given = [part for name, values in desk.options.items() for value in values for part in (name, value)]
    done = subprocess.run(
        [sys.executable, "-m", "payung", "run", *given, *desk.flags],
        check=False,
        capture_output=True,
        text=True,
    )
    assert done.returncode == Exit.REGISTER
    assert done.stdout == ""
    assert len(done.stderr.strip().splitlines()) == 2
