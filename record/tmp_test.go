package record_test
import ("testing";"math/rand/v2";"temwen/record";"os";"bytes")
func TestTmp(t *testing.T){
 path := sample(t)
 want,_ := readAll(t,path,record.ReadOnly)
 good,_ := os.ReadFile(path)
 pages:=[]int{}
 for _, n := range []string{"fact", "fact_version", "fact_current", "cites", "sqlite_autoindex_cites_1"} { pages=append(pages,pageOf(t,path,n)) }
 ok,fail,refused,harmless:=0,0,0,0
 for range 400 {
  bad:=bytes.Clone(good); p:=pages[rand.IntN(5)]; bad[(p-1)*4096+rand.IntN(4096)]^=1<<rand.IntN(8)
  os.Remove(path+"-wal");os.Remove(path+"-shm")
  os.WriteFile(path,bad,0o600)
  s,err:=record.OpenSQLite(t.Context(),path,record.ReadWrite)
  if err==nil{harmless++;s.Close();continue}
  s,err=record.OpenSQLite(t.Context(),path,record.Repair)
  if err!=nil{refused++;t.Log(err);continue}
  _,err=s.Rebuild(t.Context())
  s.Close()
  got,err2:=readAll(t,path,record.ReadOnly)
  if err2==nil&&got==want{ok++}else{fail++; if fail<5{t.Log(err,err2)}}
 }
 t.Log(ok,fail,refused,harmless)
}
